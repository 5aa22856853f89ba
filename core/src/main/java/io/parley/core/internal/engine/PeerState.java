package io.parley.core.internal.engine;

import io.parley.core.Peer;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.internal.peer.Liveness;
import io.parley.core.spi.Outlet.PeerRun;
import io.parley.core.wire.Introduction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A peer as the loop knows it. Written by the loop; the fields behind {@link Peer} are read by anyone. */
final class PeerState implements Peer {
    private final NodeId id;
    private volatile Introduction introduction;
    private volatile State state = State.SUSPECT;
    private volatile List<String> endpoints = List.of();

    /** The link that stands, or was welcomed and waits for its first frame. */
    private @Nullable LinkState link;

    private final Liveness liveness;
    private long downSince;
    private boolean everUp;
    private boolean givenUp;

    PeerState(Introduction introduction, long now) {
        this.id = introduction.id();
        this.introduction = introduction;
        this.liveness = new Liveness(now);
        this.downSince = now;
    }

    @Override
    public NodeId id() {
        return id;
    }

    @Override
    public String name() {
        return introduction.name();
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public List<String> endpoints() {
        return endpoints;
    }

    /** Whether it counts against the limit of peers: not when it is gone, and only remembered. */
    boolean counts() {
        return link != null || state == State.UP || state == State.SUSPECT;
    }

    /** Whether both listen at the same place: then one of the two does not any more. */
    boolean sharesAddress(PeerState other) {
        return other != this && endpoints.stream().anyMatch(other.endpoints::contains);
    }

    Run run() {
        return introduction.run();
    }

    PeerRun peerRun() {
        return new PeerRun(id, introduction.run());
    }

    /** Takes what it says of itself; returns whether a peer that was known says something else now. */
    boolean introduced(Introduction as, List<String> reachable) {
        boolean differs = everUp && !(as.name().equals(name()) && endpoints.equals(reachable));
        introduction = as;
        endpoints = List.copyOf(reachable);
        return differs;
    }

    void state(State now) {
        state = now;
    }

    @Nullable LinkState link() {
        return link;
    }

    void link(@Nullable LinkState newLink) {
        link = newLink;
    }

    Liveness liveness() {
        return liveness;
    }

    long downSince() {
        return downSince;
    }

    void downSince(long since) {
        downSince = since;
    }

    boolean everUp() {
        return everUp;
    }

    void everUp(boolean now) {
        everUp = now;
    }

    /** Whether its readers here were told that this run will send no more. */
    boolean givenUp() {
        return givenUp;
    }

    void givenUp(boolean now) {
        givenUp = now;
    }

    boolean linked() {
        LinkState l = link;
        return l != null && l.phase() == LinkState.Phase.UP;
    }

    @Override
    public String toString() {
        return name() + " (" + id.brief() + ", " + state + ")";
    }
}
