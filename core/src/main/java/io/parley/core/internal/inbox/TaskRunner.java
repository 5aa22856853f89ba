package io.parley.core.internal.inbox;

import io.parley.core.AsyncHandler;
import io.parley.core.channel.Exhausted;
import io.parley.core.channel.Happening;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Entropy;
import io.parley.core.spi.InletListener;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs a subscription's handler over its inbox: one message at a time, in order, on whichever handler thread is free.
 *
 * <pre>
 *   IDLE ──added──▶ SCHEDULED ──empty──▶ IDLE
 *                    │     ▲
 *      handler failed│     │pause over, or closing
 *                    ▼     │
 *                    WAITING
 *
 *                   SCHEDULED ──done later──▶ PENDING ──stage complete, or given up──▶ SCHEDULED ──closing──▶ CLOSED
 * </pre>
 *
 * <p>A close waits for the stage of a handler that is done later, as it waits for a handler that runs, until it is
 * {@link #interrupt interrupted}: then the stage is given up.
 */
public final class TaskRunner<T> implements Runnable, InboxConsumer {
    private static final int IDLE = 0;
    private static final int SCHEDULED = 1;
    private static final int WAITING = 2;
    private static final int CLOSED = 3;
    private static final int PENDING = 4;
    private static final double SPREAD = 0.2;
    /** After so long the thread is offered to others; looked at after every few messages. */
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(5);

    private static final int FEW = 64;
    private static final int MOST = 64 * 1024;

    private final Inbox inbox;
    private final InboxReader<T> reader;
    private final AsyncHandler<T> handler;
    private final Surroundings surroundings;
    private final ReaderCounters counters = new ReaderCounters();
    private final RetryPolicy retry;
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private @Nullable Thread running;
    private volatile boolean closing;
    private volatile boolean impatient;
    private volatile Runnable onStop = () -> {};

    /** Runs a handler over an inbox. */
    public TaskRunner(Inbox inbox, Reading<T> reading, AsyncHandler<T> handler, Surroundings surroundings) {
        this.inbox = inbox;
        this.handler = handler;
        this.surroundings = surroundings;
        reader = new InboxReader<>(inbox, reading, counters);
        this.retry = inbox.settings().retry();
    }

    /**
     * What the task needs of its node.
     *
     * @param threads where handlers run
     * @param timer runs something later, on the loop
     * @param clock time
     * @param entropy chance
     * @param listener hears what happens, on any thread
     */
    public record Surroundings(Executor threads, Timer timer, Clock clock, Entropy entropy, InletListener listener) {}

    /** Runs something later. Any thread. */
    public interface Timer {
        /** Runs it on the loop after so long. */
        void after(long nanos, Runnable task);
    }

    /** Sets whom to tell that this runner has stopped by itself; told on the thread of the handler that gave up. */
    public void onStop(Runnable listener) {
        onStop = listener;
    }

    @Override
    public void wake() {
        if (state.get() == IDLE && state.compareAndSet(IDLE, SCHEDULED)) {
            surroundings.threads().execute(this);
        }
    }

    @Override
    public void run() {
        synchronized (this) {
            running = Thread.currentThread();
        }
        inbox.begin();
        boolean more = false;
        try {
            more = work();
        } finally {
            inbox.end();
            synchronized (this) {
                if (running == Thread.currentThread()) {
                    running = null; // else the next turn has begun on another thread
                }
                Thread.interrupted(); // an interrupt was meant for this handler, not for the next one on this thread
            }
        }
        if (more) {
            surroundings.threads().execute(this);
        }
    }

    /** Handles what waits; returns whether to go on after others had the thread. */
    private boolean work() {
        long end = surroundings.clock().nanos() + SLICE;
        for (int i = 1; i < MOST; i++) {
            if (i % FEW == 0 && surroundings.clock().nanos() > end) {
                return true;
            }
            if (closing) {
                finishClosing();
                return false;
            }
            InboundMessage<T> message = reader.current();
            if (message == null) {
                state.set(IDLE);
                if (!inbox.hasEntries() || !state.compareAndSet(IDLE, SCHEDULED)) {
                    return false;
                }
            } else if (!handle(message)) {
                return false;
            }
        }
        return true;
    }

    /** Handles one message; returns whether to go on with the next at once. */
    private boolean handle(InboundMessage<T> message) {
        CompletionStage<?> stage;
        try {
            if (reader.passExecuted()) {
                return true;
            }
            stage = handler.handle(message);
        } catch (Exception | Error e) {
            return failed(message, e);
        }
        if (stage == HandlerRuns.DONE) {
            reader.handled();
            return true;
        }
        inbox.begin(); // until the stage completes: it is not idle
        state.set(PENDING);
        stage.whenComplete((done, failure) -> later(message, failure));
        return impatient && giveUpStage();
    }

    /** Whether the stage was still awaited; it will not be any more. */
    private boolean giveUpStage() {
        boolean awaited = state.compareAndSet(PENDING, SCHEDULED);
        if (awaited) {
            inbox.end();
        }
        return awaited;
    }

    /** Whether a close, which found the handler running, is to be carried out now. */
    private boolean closedMeanwhile() {
        return closing && state.compareAndSet(WAITING, SCHEDULED);
    }

    private void later(InboundMessage<T> message, @Nullable Throwable failure) {
        surroundings.threads().execute(() -> {
            if (!state.compareAndSet(PENDING, SCHEDULED)) {
                return; // given up in the meantime: the reader belongs to who closes it
            }
            boolean go = true;
            try {
                if (failure == null) {
                    reader.handled();
                } else {
                    go = failed(message, failure);
                }
            } finally {
                inbox.end();
            }
            if (go) {
                surroundings.threads().execute(this);
            }
        });
    }

    private void resume() {
        if (state.compareAndSet(WAITING, SCHEDULED)) {
            surroundings.threads().execute(this);
        }
    }

    private boolean failed(InboundMessage<T> message, Throwable failure) {
        counters.failed();
        surroundings.listener().happened(Happening.HANDLER_FAILED, 1, message + ": " + failure);
        if (inbox.bestEffort()) {
            reader.handled();
            return true;
        }
        if (message.attempt() >= retry.maxAttempts()) {
            giveUp(failure.toString());
            return true;
        }
        int failures = reader.failed();
        long pause = (long) (retry.pauseNanos(failures) * surroundings.entropy().jitter(SPREAD));
        state.set(WAITING);
        if (closedMeanwhile()) {
            return true;
        }
        surroundings.timer().after(pause, () -> surroundings.threads().execute(this::resume));
        return false;
    }

    private void giveUp(String cause) {
        if (inbox.settings().exhausted() == Exhausted.PARK) {
            reader.parked(cause, Instant.ofEpochMilli(surroundings.clock().millis()));
            return;
        }
        reader.stopped(cause);
        closing = true;
        onStop.run();
    }

    @Override
    public void close() {
        closing = true;
        if (state.compareAndSet(IDLE, SCHEDULED) || state.compareAndSet(WAITING, SCHEDULED)) {
            surroundings.threads().execute(this);
        }
    }

    @Override
    public synchronized boolean runsHere() {
        return running == Thread.currentThread();
    }

    @Override
    public void interrupt() {
        synchronized (this) {
            if (running != null) {
                running.interrupt();
            }
        }
        if (closing) {
            impatient = true;
            if (giveUpStage()) {
                surroundings.threads().execute(this);
            }
        }
    }

    @Override
    public boolean closed() {
        return state.get() == CLOSED;
    }

    @Override
    public ReaderCounters counters() {
        return counters;
    }

    @Override
    public long waiting() {
        return inbox.waiting();
    }

    private void finishClosing() {
        reader.close();
        inbox.clear();
        state.set(CLOSED);
        surroundings.timer().after(0, () -> {});
    }
}
