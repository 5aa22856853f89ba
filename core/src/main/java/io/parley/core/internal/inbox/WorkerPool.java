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
 * Runs the handler of a queue's member on up to so many threads at once. The loop hands over; ends go back to the loop through
 * a queue, which is emptied on the loop.
 *
 * @param <T> the type of the values
 */
public final class WorkerPool<T> implements Workers {
    private static final int SLICE = 256;

    private final Job<T> job;
    private final int concurrency;
    private final Executor threads;
    private final ReaderCounters counters;
    private final Map<Long, Running> running = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<End> ends = new ConcurrentLinkedQueue<>();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicBoolean endsTold = new AtomicBoolean();
    private volatile Runnable onEnds = () -> {};

    /** Workers of one member. */
    public WorkerPool(Job<T> job, int concurrency, Executor threads, ReaderCounters counters) {
        this.job = job;
        this.concurrency = concurrency;
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

    private record Waiting(long ticket, Task task, Peer peer) {}

    private record End(long ticket, Outcome outcome, int delayMillis, String cause) {}

    /** The thread that runs a ticket, as long as it does. */
    private static final class Running {
        private @Nullable Thread thread;

        synchronized void begin(Thread on) {
            thread = on;
        }

        synchronized void end() {
            thread = null;
            Thread.interrupted(); // meant for this run, not for the next one on this thread
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
    public void start(long ticket, Task task) {
        unfinished.incrementAndGet();
        waiting.add(new Waiting(ticket, task, job.peers().apply(task.peer())));
        int now = active.get();
        if (now < concurrency && active.compareAndSet(now, now + 1)) {
            threads.execute(this::work);
        }
    }

    private void work() {
        for (int i = 0; i < SLICE; i++) {
            Waiting next = waiting.poll();
            if (next == null) {
                active.decrementAndGet();
                // one may have been added between the look and the count
                if (waiting.isEmpty() || !reactivate()) {
                    return;
                }
            } else {
                run(next);
            }
        }
        threads.execute(this::work);
    }

    private boolean reactivate() {
        int now = active.get();
        return now < concurrency && active.compareAndSet(now, now + 1);
    }

    private void run(Waiting next) {
        Running run = new Running();
        running.put(next.ticket(), run);
        run.begin(Thread.currentThread());
        try {
            CompletionStage<?> stage = job.handler().handle(read(next));
            if (stage == HandlerRuns.DONE) {
                ended(next.ticket(), null);
            } else {
                stage.whenComplete((done, failure) -> ended(next.ticket(), failure));
            }
        } catch (UnreadableMessage e) {
            job.listener().happened(Happening.DECODING_FAILED, 1, e.toString());
            counters.failed();
            end(new End(next.ticket(), Outcome.DEAD, 0, e.toString()));
        } catch (Exception | LinkageError | AssertionError e) {
            ended(next.ticket(), e);
        } finally {
            run.end();
            running.remove(next.ticket());
            next.task().frame().release();
        }
    }

    private InboundMessage<T> read(Waiting next) {
        Task task = next.task();
        ByteBuffer view = Record.view(task.frame().buffer());
        view.limit(view.capacity());
        int at = task.offset();
        Batch batch = new Batch(next.peer(), job.channel(), task.epoch(), Record.lsn(view, at), Record.time(view, at));
        try {
            return InboundMessage.read(job.codec(), batch, view, at, new History(task.attempt(), task.redelivered()));
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
        Running run = running.get(ticket);
        if (run != null) {
            run.interrupt();
        }
    }

    /** Interrupts everything that runs. */
    public void interruptAll() {
        running.values().forEach(Running::interrupt);
    }

    /** How many were handed over and did not end, or whose end the loop has not seen. */
    public int unfinished() {
        return unfinished.get();
    }
}
