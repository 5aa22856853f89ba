package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.Happening;
import io.parley.core.spi.Clock;
import io.parley.core.wire.Bye;
import io.parley.core.wire.Detach;
import io.parley.core.wire.Drain;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The end of a node, step by step on its loop: no new sends, running handlers finish (interrupted at half the time), what was
 * sent reaches what its mode waits for, BYE, and the transport closes. Every step has its limit.
 *
 * <pre>
 *   OPEN ──drain──▶ DRAINING ──done, or time over──▶ FINISHING ──done, or linger over──▶ LEAVING ──▶ over
 *     └───────────────────close──────────────────────────▲
 * </pre>
 */
final class Closing {
    private static final long LEAVE = TimeUnit.MILLISECONDS.toNanos(30);

    private final Engine engine;
    private final Set<RunningSubscription> subscriptions = new LinkedHashSet<>();
    private volatile Phase phase = Phase.OPEN;
    private long deadline = Long.MAX_VALUE;
    private long interruptAt = Long.MAX_VALUE;
    private boolean interrupted;
    private final io.parley.core.spi.Runtime.Signal changed;
    private volatile boolean drained;

    private enum Phase {
        OPEN,
        DRAINING,
        FINISHING,
        LEAVING
    }

    Closing(Engine engine) {
        this.engine = engine;
        changed = engine.rim().runtime().newSignal();
    }

    /** Signalled when draining is done. */
    io.parley.core.spi.Runtime.Signal changed() {
        return changed;
    }

    /** A subscription that has to be ended. */
    void add(RunningSubscription subscription) {
        subscriptions.add(subscription);
    }

    void remove(RunningSubscription subscription) {
        subscriptions.remove(subscription);
    }

    /** Whether goodbye was said: who still comes is not let in. */
    boolean leaving() {
        return phase == Phase.LEAVING;
    }

    /** Whether it has begun. Any thread. */
    boolean begun() {
        return phase != Phase.OPEN;
    }

    long deadline() {
        return switch (phase) {
            case OPEN -> Long.MAX_VALUE;
            case LEAVING -> deadline;
            // handlers and receipts do not all tell the loop: look again often while it lasts
            default -> Math.min(deadline, engine.now() + TimeUnit.MILLISECONDS.toNanos(5));
        };
    }

    void drain(Duration timeout) {
        if (phase != Phase.OPEN) {
            return;
        }
        phase = Phase.DRAINING;
        deadline = engine.now() + Clock.span(timeout);
        interruptAt = deadline;
        int millis = (int) Math.min(Integer.MAX_VALUE, TimeUnit.MILLISECONDS.convert(timeout));
        engine.services().drain();
        engine.exchange().links().forEach(link -> engine.control(link, new Drain(millis).encode()));
        for (List<Reader> readers : List.copyOf(engine.exchange().readership().allReaders())) {
            for (Reader reader : List.copyOf(readers)) {
                reader.closing(true);
                engine.exchange().readership().detachReader(reader, Detach.Reason.DRAINING);
            }
        }
    }

    void finish(Duration linger) {
        if (phase == Phase.FINISHING || phase == Phase.LEAVING) {
            return;
        }
        if (phase == Phase.OPEN) {
            drain(linger);
        }
        phase = Phase.FINISHING;
        deadline = engine.now() + Clock.span(linger);
        interruptAt = engine.now() + Clock.span(linger) / 2;
        subscriptions.forEach(RunningSubscription::stop);
        engine.services().finish();
        engine.exchange().outbounds().forEach(o -> o.channel().close());
    }

    /** Does what is due; returns whether the node is over. */
    boolean step(long now) {
        switch (phase) {
            case DRAINING -> {
                if (!drained && allDone()) {
                    drained = true; // whoever drains closes next
                    changed.signal();
                }
            }
            case FINISHING -> {
                if (now >= interruptAt && !interrupted) {
                    interrupted = true;
                    subscriptions.forEach(RunningSubscription::interrupt);
                    engine.services().interrupt();
                }
                if (allDone() || now >= deadline) {
                    leave(now);
                }
            }
            case LEAVING -> {
                return now >= deadline;
            }
            default -> {}
        }
        return false;
    }

    /** Whether all was done when draining. Any thread. */
    boolean drained() {
        return drained;
    }

    private boolean allDone() {
        if (!engine.services().idle()) {
            return false;
        }
        for (Outbound outbound : engine.exchange().outbounds()) {
            if (outbound.unfinished() > 0) {
                return false;
            }
        }
        for (List<Reader> readers : engine.exchange().readership().allReaders()) {
            for (Reader reader : readers) {
                if (!reader.inlet().idle()) {
                    return false;
                }
            }
        }
        return subscriptions.stream().allMatch(s -> phase == Phase.DRAINING || s.done())
                && engine.exchange().links().stream()
                        .noneMatch(link -> link.hasWork() || !link.transfers().isEmpty());
    }

    private void leave(long now) {
        for (Outbound outbound : engine.exchange().outbounds()) {
            long lost = outbound.lostIfClosedNow();
            if (lost > 0) {
                engine.events()
                        .happened(new NodeEvent(
                                Happening.LOST_AT_CLOSE, lost, "", outbound.id().name(), "the linger was over"));
            }
            outbound.failReceipts("the node closed before it was settled");
        }
        for (LinkState link : List.copyOf(engine.exchange().links())) {
            if (link != engine.localLink()) {
                engine.control(link, new Bye().encode());
            }
        }
        engine.sources().withdraw();
        phase = Phase.LEAVING;
        deadline = now + LEAVE;
    }
}
