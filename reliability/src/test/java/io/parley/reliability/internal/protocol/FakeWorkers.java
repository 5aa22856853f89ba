package io.parley.reliability.internal.protocol;

import io.parley.core.log.Record;
import io.parley.core.spi.Workers;
import io.parley.core.wire.Settle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Workers whose handlers end when they are told to. */
final class FakeWorkers implements Workers {
    /** A run that began. */
    static final class Running {
        final long ticket;
        final Task task;
        private final long lsn;
        boolean interrupted;

        Running(long ticket, Task task) {
            this.ticket = ticket;
            this.task = task;
            lsn = Record.lsn(task.frame().buffer(), task.offset());
        }

        long lsn() {
            return lsn;
        }
    }

    private static final class Batch {
        private final long first;
        private final Deque<Running> left = new ArrayDeque<>();
        private boolean recalled;

        Batch(long first) {
            this.first = first;
        }
    }

    private final List<Batch> batches = new ArrayList<>();
    private WorkListener listener;

    /** Each message that a handler began, in order. */
    final List<Running> began = new ArrayList<>();

    int most;
    int largestBatch;

    void listener(WorkListener to) {
        listener = to;
    }

    @Override
    public void start(long firstTicket, List<Task> tasks) {
        Batch batch = new Batch(firstTicket);
        for (int i = 0; i < tasks.size(); i++) {
            batch.left.add(new Running(firstTicket + i, tasks.get(i)));
        }
        batches.add(batch);
        began.add(batch.left.peek());
        most = Math.max(most, batches.size());
        largestBatch = Math.max(largestBatch, tasks.size());
    }

    @Override
    public void recall(long firstTicket) {
        batches.forEach(b -> b.recalled |= b.first == firstTicket);
    }

    @Override
    public void interrupt(long ticket) {
        for (Batch batch : batches) {
            Running current = batch.left.peek();
            if (current != null && current.ticket == ticket) {
                current.interrupted = true;
            }
        }
    }

    /** What runs now, one in each slot. */
    List<Running> running() {
        return batches.stream().map(b -> b.left.peek()).toList();
    }

    /** Tells the ends of what was recalled. */
    void tellRecalled() {
        for (Batch batch : batches) {
            while (batch.recalled && batch.left.size() > 1) {
                Running current = batch.left.poll();
                Running back = batch.left.poll();
                batch.left.addFirst(current);
                back.task.frame().release();
                listener.finished(back.ticket, Settle.Outcome.RETURNED, 0, "");
            }
        }
    }

    /** The current run of one slot ends. */
    void end(Running run, Settle.Outcome outcome, String cause) {
        for (Batch batch : List.copyOf(batches)) {
            if (batch.left.peek() == run) {
                batch.left.poll();
                run.task.frame().release();
                listener.finished(run.ticket, outcome, 0, cause);
                if (batch.left.isEmpty()) {
                    batches.remove(batch);
                } else {
                    began.add(batch.left.peek());
                }
                return;
            }
        }
        throw new AssertionError("does not run: " + run.ticket);
    }

    /** The process dies. */
    void die() {
        batches.clear();
    }
}
