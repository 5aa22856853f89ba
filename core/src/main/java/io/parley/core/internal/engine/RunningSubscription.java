package io.parley.core.internal.engine;

import io.parley.core.Subscription;
import io.parley.core.internal.inbox.InboxConsumer;
import io.parley.core.internal.inbox.ReaderCounters;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Runtime.Signal;
import io.parley.core.wire.Detach;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A subscription, from its opening to its end. What it has on the loop is opened and closed there. */
final class RunningSubscription implements Subscription {
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(2);

    private final Engine engine;
    private final InboxConsumer consumer;
    private final List<Reader> readers = new CopyOnWriteArrayList<>();
    private final List<Reader> own = new CopyOnWriteArrayList<>();
    private final List<Runnable> opening = new ArrayList<>();
    private final List<Runnable> ending = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Signal ended;
    private volatile boolean over;

    RunningSubscription(Engine engine, InboxConsumer consumer) {
        this.engine = engine;
        this.consumer = consumer;
        ended = engine.rim().runtime().newSignal();
    }

    InboxConsumer consumer() {
        return consumer;
    }

    /** A reader that belongs to this subscription alone, and goes with it. */
    void add(Reader reader) {
        own.add(reader);
        readers.add(reader);
    }

    /** A reader that this subscription shares. */
    void reads(Reader reader) {
        readers.add(reader);
    }

    void onLoopOpen(Runnable action) {
        opening.add(action);
    }

    void onLoopClose(Runnable action) {
        ending.add(action);
    }

    RunningSubscription open() {
        engine.run(this::openOnLoop);
        return this;
    }

    void openOnLoop() {
        if (!over) {
            engine.closing().add(this);
            opening.forEach(Runnable::run);
        }
    }

    /** Takes nothing new; a member of a queue goes on settling what it started. */
    void stop() {
        consumer.close();
    }

    /** Its handler has given up: it ends by itself, as if that handler had closed it. */
    void stopped() {
        if (closed.compareAndSet(false, true)) {
            engine.run(this::beginClose);
        }
    }

    void interrupt() {
        consumer.interrupt();
    }

    boolean done() {
        return consumer.closed();
    }

    void closeOnLoop() {
        over = true;
        consumer.close();
        own.forEach(engine.exchange().readership()::removeReader);
        List.copyOf(ending).forEach(Runnable::run);
        engine.closing().remove(this);
    }

    @Override
    public ReaderStats stats() {
        ReaderCounters counters = consumer.counters();
        int senders = 0;
        for (Reader reader : readers) {
            senders += reader.sessionCount();
        }
        return new ReaderStats(
                counters.receivedCount(), counters.missedCount(), counters.failedCount(), consumer.waiting(), senders);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        consumer.close(); // at once: what a handler closes gives it no further message
        engine.run(this::beginClose);
        long linger = Clock.span(engine.limits().linger());
        if (engine.isOnLoop() || consumer.runsHere()) {
            endLater(linger); // whoever would wait here would wait for itself
            return;
        }
        boolean interrupted = Thread.interrupted();
        interrupted |= await(linger / 2);
        if (!over) {
            consumer.interrupt();
            interrupted |= await(linger / 2);
        }
        engine.run(this::closeOnLoop);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it within the linger without anybody who waits for that. */
    private void endLater(long linger) {
        engine.after(linger / 2, () -> {
            if (!over) {
                consumer.interrupt();
            }
        });
        engine.after(linger, () -> {
            if (!over) {
                closeOnLoop();
            }
        });
    }

    /** Waits until it is over; returns whether the wait was interrupted, which does not end it. */
    private boolean await(long nanos) {
        long deadline = engine.rim().clock().nanos() + nanos;
        boolean interrupted = false;
        while (!over) {
            long left = deadline - engine.rim().clock().nanos();
            try {
                if (left <= 0 || engine.rim().runtime().await(ended, () -> over, left)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    private void beginClose() {
        consumer.close();
        for (Reader reader : own) {
            reader.closing(true);
            engine.exchange().readership().detachReader(reader, Detach.Reason.DRAINING);
        }
        watchEnd();
    }

    private void watchEnd() {
        boolean idle = own.stream().allMatch(r -> r.inlet().idle());
        if (over || consumer.closed() && idle) {
            closeOnLoop();
            ended.signal();
        } else {
            engine.after(LOOK_AGAIN, this::watchEnd);
        }
    }
}
