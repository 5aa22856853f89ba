package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Workers;
import io.parley.core.wire.Settle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The slots of a member: in each, a batch of messages that run one after the other. A slot is free only when its last run has ended. */
final class Slots {
    /** When one of a batch takes longer, those behind it do not wait for it. */
    static final long RECALL_AFTER = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long NOT_YET = Long.MIN_VALUE;

    /** Messages that were handed to the workers together. */
    private static final class Batch {
        private final long firstTicket;
        private final List<Run> runs;
        private long startedAt;
        private int ended;
        private int returned;
        private long begunAt;
        private final BooleanSupplier may;
        private boolean begun;
        private boolean recalled;

        Batch(long firstTicket, List<Run> runs, BooleanSupplier may) {
            this.firstTicket = firstTicket;
            this.runs = runs;
            this.may = may;
            begunAt = NOT_YET;
        }

        Run current() {
            return runs.get(ended);
        }

        boolean over() {
            return ended + returned == runs.size();
        }
    }

    private final Workers workers;
    private final int concurrency;
    private final long maxHandlerTime;
    private final Pace pace = new Pace();
    private final List<Batch> batches = new ArrayList<>();
    private final List<Batch> over = new ArrayList<>();
    private long nextTicket = 1;
    private @Nullable Run alone;

    Slots(Workers workers, int concurrency, long maxHandlerTime) {
        this.workers = workers;
        this.concurrency = concurrency;
        this.maxHandlerTime = maxHandlerTime;
    }

    Pace pace() {
        return pace;
    }

    int free() {
        return alone != null ? 0 : concurrency - batches.size();
    }

    boolean idle() {
        return batches.isEmpty();
    }

    /** Slots whose handler does not hang. */
    int usable() {
        int hanging = 0;
        for (Batch batch : batches) {
            hanging += batch.current().timedOut ? 1 : 0;
        }
        return concurrency - hanging;
    }

    /** For how long nothing has begun, when all slots are busy; else 0. */
    long busyFor(long now) {
        if (batches.size() < concurrency) {
            return 0;
        }
        long latest = Long.MIN_VALUE;
        for (Batch batch : batches) {
            latest = Math.max(latest, batch.begunAt == NOT_YET ? now : batch.begunAt);
        }
        return now - latest;
    }

    /** For how long the one that began first has been running. */
    long longest(long now) {
        long first = now;
        for (Batch batch : batches) {
            first = Math.min(first, batch.begunAt == NOT_YET ? now : batch.begunAt);
        }
        return now - first;
    }

    /** These take a slot, and begin once they may. Returns when to look again whether they do. */
    long start(List<Run> runs, BooleanSupplier may, long now) {
        Batch batch = new Batch(nextTicket, runs, may);
        nextTicket += runs.size();
        batches.add(batch);
        if (runs.get(0).deaths >= 2) {
            alone = runs.get(0);
        }
        begin(batch, now);
        return batch.begun ? Long.MAX_VALUE : now + QueueMember.LOOK_AGAIN;
    }

    private void begin(Batch batch, long now) {
        if (batch.may.getAsBoolean()) {
            batch.begun = true;
            batch.startedAt = now;
            batch.begunAt = now;
            workers.start(batch.firstTicket, batch.runs.stream().map(Run::task).toList());
        }
    }

    /** A run ended; returns it. */
    @Nullable Run finished(long ticket, Settle.Outcome outcome) {
        for (int i = 0; i < batches.size(); i++) {
            Batch batch = batches.get(i);
            if (ticket >= batch.firstTicket && ticket < batch.firstTicket + batch.runs.size()) {
                Run run = batch.runs.get((int) (ticket - batch.firstTicket));
                if (outcome == Settle.Outcome.RETURNED) {
                    batch.recalled = true;
                    batch.returned++;
                } else {
                    batch.ended++;
                    batch.begunAt = NOT_YET;
                }
                if (batch.over()) {
                    batches.remove(i);
                    over.add(batch);
                }
                if (alone == run) {
                    alone = null;
                }
                return run;
            }
        }
        return null;
    }

    /**
     * Looks at the time: measures what ended, recalls what waits behind a slow one, and interrupts what takes too long.
     *
     * @param timedOut is told what takes too long, once
     * @return when to look again
     */
    long review(Consumer<Run> timedOut, long now) {
        for (Batch batch : over) {
            if (!batch.recalled) {
                pace.took(now - batch.startedAt, batch.runs.size());
            }
        }
        over.clear();
        long next = Long.MAX_VALUE;
        for (Batch batch : batches) {
            if (!batch.begun) {
                begin(batch, now);
            }
            if (!batch.begun) {
                next = Math.min(next, now + QueueMember.LOOK_AGAIN);
                continue;
            }
            if (batch.begunAt == NOT_YET) {
                batch.begunAt = now;
            }
            next = Math.min(next, review(batch, timedOut, now));
        }
        return next;
    }

    private long review(Batch batch, Consumer<Run> timedOut, long now) {
        Run current = batch.current();
        long next = Long.MAX_VALUE;
        if (!batch.recalled && batch.ended + 1 < batch.runs.size()) {
            next = batch.begunAt + RECALL_AFTER;
            if (next <= now) {
                batch.recalled = true;
                workers.recall(batch.firstTicket);
                next = Long.MAX_VALUE;
            }
        }
        if (!current.timedOut) {
            long due = batch.begunAt + maxHandlerTime;
            if (due <= now) {
                current.timedOut = true;
                workers.interrupt(batch.firstTicket + batch.ended);
                timedOut.accept(current);
            } else {
                next = Math.min(next, due);
            }
        }
        return next;
    }
}
