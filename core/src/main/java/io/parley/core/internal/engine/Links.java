package io.parley.core.internal.engine;

import io.parley.core.channel.Happening;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.TransportLimits.Writable;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The links that have something to send, and how links begin and end. Belongs to the loop. */
final class Links {
    /** How long a REJECT or BYE may take to leave before the connection is closed. */
    private static final long LAST_WORDS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Engine engine;
    private final Rim rim;
    private final FrameFactory frames;
    private final Set<LinkState> busy = new LinkedHashSet<>();

    Links(Engine engine, Rim rim) {
        this.engine = engine;
        this.rim = rim;
        frames = new FrameFactory(rim.transport().limits().bestFrame(), rim.clock());
    }

    int bestFrame() {
        return frames.bestFrame();
    }

    /** The link has something to send. */
    void hasWork(LinkState link) {
        busy.add(link);
    }

    void control(LinkState link, ByteBuffer frame) {
        if (!link.control(frame)) {
            engine.events().happened(Happening.LIMIT_REACHED, link.remoteAddress(), "control frames waiting");
            drop(link, "takes no frames");
            return;
        }
        busy.add(link);
    }

    /** Sends what may be sent. */
    void flush() {
        long now = engine.now();
        for (LinkState link : List.copyOf(busy)) {
            link.flush(frames, now);
            if (!link.hasWork() && !link.blocked()) {
                busy.remove(link);
            }
        }
        if (!frames.sentOn().isEmpty()) {
            frames.sentOn().forEach(outbound -> engine.channels().afterSend(outbound, now));
            frames.sentOn().clear();
        }
    }

    /** Whether a link has something to send, and room for it. */
    boolean canSend() {
        for (LinkState link : busy) {
            if (link.hasWork()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a link is full, and will not be heard of when it is not any more. */
    boolean mustRetry() {
        return !busy.isEmpty() && rim.transport().limits().signalsWritable() == Writable.POLLED;
    }

    void dial(Endpoint endpoint) {
        if (NameResolver.isNumeric(endpoint)) {
            rim.transport().dial(endpoint);
            return;
        }
        rim.handlers().execute(() -> {
            Endpoint resolved = NameResolver.resolve(endpoint);
            engine.run(() -> dialResolved(endpoint, resolved));
        });
    }

    private void dialResolved(Endpoint endpoint, @Nullable Endpoint resolved) {
        if (resolved == null) {
            dialFailed(endpoint, "its name is not known");
            return;
        }
        engine.transportEvents().alias(resolved, endpoint);
        rim.transport().dial(resolved);
    }

    void dialFailed(Endpoint endpoint, String reason) {
        engine.membership().dials().failed(endpoint, engine.now());
        engine.touchMembership();
        engine.events().happened(Happening.DIAL_FAILED, "", endpoint + ": " + reason);
    }

    /** Another link with the same peer takes the place of one: its sessions end at once, what it still carries is read. */
    void giveWay(LinkState link, LinkState to) {
        if (link.phase() != LinkState.Phase.UP) {
            drop(link, "replaced by a newer link");
            return;
        }
        engine.exchange().linkReplaced(link);
        dropPredecessor(link, "its successor gives way too");
        engine.services().transfers().giveWay(link, to);
        link.giveWay(new Handover(to), frames, engine.now());
        control(link, Handover.lastFrame());
        // judged behind the next poll: what waited there while the loop was away may be the answer
        engine.after(Handover.LONGEST, () -> engine.run(() -> drop(link, "did not give way in time")));
    }

    /** Ends a link: its sessions end at once, the connection after what was written last. */
    void drop(LinkState link, String reason) {
        if (link.phase() == LinkState.Phase.CLOSED) {
            return;
        }
        link.flush(frames, engine.now());
        down(link, reason);
        link.ignore();
        engine.after(LAST_WORDS, link::drop);
    }

    /** A link is down. */
    void down(LinkState link, String reason) {
        if (link.phase() == LinkState.Phase.CLOSED) {
            return;
        }
        dropPredecessor(link, reason);
        engine.exchange().linkDown(link);
        engine.membership().linkDown(link, reason);
        link.close(frames);
        busy.remove(link);
        engine.touchMembership();
    }

    /** What still hangs on the link that gave way to this one is lost, or hangs on this one then. */
    private void dropPredecessor(LinkState link, String reason) {
        LinkState before = link.predecessor();
        if (before != null) {
            engine.services().withdrawn(link); // what is lost with it is not to be asked again here
            drop(before, reason);
        }
    }
}
