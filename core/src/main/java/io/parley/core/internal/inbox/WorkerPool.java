package io.parley.core.internal.inbox;

import io.parley.core.AsyncHandler;
import io.parley.core.Peer;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.internal.inbox.InboundMessage.History;
import io.parley.core.log.Record;
import io.parley.core.spi.InletListener;
import io.parley.core.spi.Outlet.PeerRun;
import io.parley.core.spi.Workers;
import io.parley.core.wire.Settle.Outcome;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the handler of a queue's member. The loop hands over batches, each of which keeps one thread; ends go back to the loop
 * through a queue, which is emptied on the loop.
 *
 * @param <T> the type of the values
 */
public final class WorkerPool<T> implements Workers {
    private final Job<T> job;
    private final Executor threads;
    private final ReaderCounters counters;
    private final Map<Long, Run> runs = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<End> ends = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicBoolean endsTold = new AtomicBoolean();
    private volatile Runnable onEnds = () -> {};
    private volatile boolean stopped;

    /** Workers of one member. */
    public WorkerPool(Job<T> job, Executor threads, ReaderCounters counters) {
        this.job = job;
        this.threads = threads;
        this.counters = counters;
    }

    /**
     * What is to be done with each message.
     *
     * @param channel the queue
     * @param codec of the values
     * @param handler of the user
     * @param peers finds senders
     * @param listener hears what happens, on any thread
     * @param <T> the type of the values
     */
    public record Job<T>(
            ChannelId channel,
            Codec<T> codec,
            AsyncHandler<T> handler,
            Function<PeerRun, Peer> peers,
            InletListener listener) {}

    private record End(long ticket, Outcome outcome, int delayMillis, String cause) {}

    /** One batch: its tasks run one after the other, on one thread at a time. */
    private final class Run implements Runnable {
        private final long firstTicket;
        private final List<Task> tasks;
        private final Peer peer;

        // guarded by this
        private int next;
        private @Nullable Thread thread;
        private long running;

        Run(long firstTicket, List<Task> tasks, Peer peer) {
            this.firstTicket = firstTicket;
            this.tasks = tasks;
            this.peer = peer;
        }

        @Override
        public void run() {
            if (stopped) {
                recall();
            }
            for (int index = take(); index < tasks.size(); index = take()) {
                if (!runOne(firstTicket + index, tasks.get(index))) {
                    return; // goes on when the handler's stage completes
                }
                if (stopped) {
                    recall();
                }
            }
            runs.remove(firstTicket);
        }

        private synchronized int take() {
            return next < tasks.size() ? next++ : next;
        }

        /** Takes back what has not begun; it does not wait for the one that runs, which may hang. */
        void recall() {
            int from;
            synchronized (this) {
                from = next;
                next = tasks.size();
            }
            for (int index = from; index < tasks.size(); index++) {
                tasks.get(index).frame().release();
                end(new End(firstTicket + index, Outcome.RETURNED, 0, ""));
            }
        }

        /** Runs one task; false when its end comes later. */
        private boolean runOne(long ticket, Task task) {
            begin(ticket);
            try {
                CompletionStage<?> stage = job.handler().handle(read(task, peer));
                if (stage == HandlerRuns.DONE) {
                    ended(ticket, null);
                    return true;
                }
                stage.whenComplete((done, failure) -> {
                    ended(ticket, failure);
                    threads.execute(this);
                });
                return false;
            } catch (UnreadableMessage e) {
                job.listener().happened(Happening.DECODING_FAILED, 1, e.toString());
                counters.failed();
                end(new End(ticket, Outcome.DEAD, 0, e.toString()));
            } catch (Exception | Error e) {
                ended(ticket, e);
            } finally {
                finish();
                task.frame().release();
            }
            return true;
        }

        private synchronized void begin(long ticket) {
            running = ticket;
            thread = Thread.currentThread();
        }

        private synchronized void finish() {
            thread = null;
            Thread.interrupted(); // meant for this task, not for the next one on this thread
        }

        synchronized boolean runsHere() {
            return thread == Thread.currentThread();
        }

        synchronized void interrupt(long ticket) {
            if (thread != null && ticket == running) {
                thread.interrupt();
            }
        }

        synchronized void interrupt() {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /** Sets whom to tell, on any thread, that ends wait to be {@link #drainEnds drained}. */
    public void connect(Runnable newOnEnds) {
        onEnds = newOnEnds;
    }

    @Override
    public void start(long firstTicket, List<Task> tasks) {
        unfinished.addAndGet(tasks.size());
        Run run = new Run(firstTicket, tasks, job.peers().apply(tasks.get(0).peer()));
        runs.put(firstTicket, run);
        threads.execute(run);
    }

    @Override
    public void recall(long firstTicket) {
        Run run = runs.get(firstTicket);
        if (run != null) {
            run.recall();
        }
    }

    private InboundMessage<T> read(Task task, Peer peer) {
        ByteBuffer view = Record.view(task.frame().buffer());
        view.limit(view.capacity());
        int at = task.offset();
        Batch batch = new Batch(peer, job.channel(), task.epoch(), Record.lsn(view, at), Record.time(view, at));
        try {
            return InboundMessage.read(
                    job.codec(), batch, view.position(at), new History(task.attempt(), task.redelivered()));
        } catch (RuntimeException e) {
            throw new UnreadableMessage(job.codec().name() + ": " + e, e);
        }
    }

    /** The codec could not read it: no attempt will change that. */
    private static final class UnreadableMessage extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnreadableMessage(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public String toString() {
            return "unreadable with " + getMessage();
        }
    }

    private void ended(long ticket, @Nullable Throwable failure) {
        if (failure == null) {
            counters.receivedConcurrently();
            end(new End(ticket, Outcome.DONE, 0, ""));
        } else {
            counters.failed();
            job.listener().happened(Happening.HANDLER_FAILED, 1, failure.toString());
            end(new End(ticket, Outcome.RETRY, 0, failure.toString()));
        }
    }

    private void end(End end) {
        ends.add(end);
        if (!endsTold.get() && endsTold.compareAndSet(false, true)) {
            onEnds.run();
        }
    }

    /** Tells the listener of the ends since the last call. On the loop. */
    public void drainEnds(WorkListener listener) {
        endsTold.set(false);
        for (End end = ends.poll(); end != null; end = ends.poll()) {
            unfinished.decrementAndGet();
            listener.finished(end.ticket(), end.outcome(), end.delayMillis(), end.cause());
        }
    }

    @Override
    public void interrupt(long ticket) {
        for (Run run : runs.values()) {
            run.interrupt(ticket);
        }
    }

    /** Gives back what has not begun, and all that is handed over from now on. */
    public void stop() {
        stopped = true;
    }

    /** Whether the calling thread runs a handler of this pool now. */
    public boolean runsHere() {
        return runs.values().stream().anyMatch(Run::runsHere);
    }

    /** Takes back what has not begun, and interrupts what runs. */
    public void interruptAll() {
        for (Run run : runs.values()) {
            run.recall();
            run.interrupt();
        }
    }

    /** How many were handed over and did not end, or whose end the loop has not seen. */
    public int unfinished() {
        return unfinished.get();
    }
}
