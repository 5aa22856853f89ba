package io.parley.testkit.net;

import io.parley.core.spi.Link;
import org.jspecify.annotations.Nullable;

/** One side of a simulated connection. */
final class SimLink extends Link {
    /** In the order in which a side goes through them. */
    enum State {
        OPENING,
        UP,
        DOWN
    }

    final SimTransport owner;
    private final String remoteAddress;
    private final SimTransport.@Nullable Dial dial;
    private State state = State.OPENING;
    private @Nullable SimPipe out;

    SimLink(SimTransport owner, String remoteAddress, SimTransport.@Nullable Dial dial) {
        this.owner = owner;
        this.remoteAddress = remoteAddress;
        this.dial = dial;
    }

    /** The direction from here to the other side. Set once, before anything moves. */
    void sendsInto(SimPipe pipe) {
        out = pipe;
    }

    SimPipe out() {
        SimPipe pipe = out;
        if (pipe == null) {
            throw new IllegalStateException("a link without a connection");
        }
        return pipe;
    }

    SimLink other() {
        return out().target();
    }

    SimPipe in() {
        return other().out();
    }

    /** What asked for this connection; null at the side that accepted it. */
    SimTransport.@Nullable Dial dial() {
        return dial;
    }

    State state() {
        return state;
    }

    boolean isUp() {
        return state == State.UP;
    }

    /** The connection stands, as seen from here. */
    void up() {
        state = State.UP;
        owner.tellUp(this);
    }

    /** The connection is over, as seen from here. Tells it when the link was up. */
    void down(String reason) {
        State before = state;
        state = State.DOWN;
        if (before != State.DOWN) {
            owner.forget(this);
        }
        if (before == State.UP) {
            owner.tellDown(this, reason);
        } else if (dial != null) {
            dial.fail(reason);
        }
    }

    /** Ends this side, and tells the other side behind what is still under way to it. */
    void close(String reason, SimPipe.Rest rest) {
        if (state != State.DOWN) {
            in().ignore();
            down("closed here");
            out().end(reason, rest);
        }
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String toString() {
        return owner + (dial == null ? " <- " : " -> ") + remoteAddress;
    }
}
