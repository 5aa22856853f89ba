package io.parley.core.internal.engine;

import io.parley.core.spi.Runtime.Handlers;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The handler threads, and whether they suffice: they are exhausted when work that was there {@value #SECONDS} s ago has not
 * begun, which is so only when every thread was busy with something else all that time. Any thread may give work; the loop
 * looks.
 */
final class HandlerThreads implements Handlers {
    private static final long SECONDS = 1;
    private static final long LONG = TimeUnit.SECONDS.toNanos(SECONDS);
    /** Told no more often than this while it lasts. */
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(10);

    private final Handlers threads;
    private final AtomicLong given = new AtomicLong();
    private final AtomicLong begun = new AtomicLong();

    // the loop's
    private long mark;
    private long markedAt;
    private long toldAt;
    private boolean told;

    HandlerThreads(Handlers threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        given.incrementAndGet();
        threads.execute(() -> {
            begun.incrementAndGet();
            task.run();
        });
    }

    @Override
    public int running() {
        return threads.running();
    }

    @Override
    public boolean close(long nanos) {
        return threads.close(nanos);
    }

    /** How much work waits, when that is to be told now; else 0. To be asked about once a second, or more often. */
    long exhausted(long now) {
        long started = begun.get();
        if (started >= mark) { // all that waited when it was looked at last
            mark = given.get();
            markedAt = now;
            return 0;
        }
        boolean silence = told && now - toldAt < AGAIN;
        if (now - markedAt < LONG || silence) {
            return 0;
        }
        told = true;
        toldAt = now;
        return given.get() - started;
    }

    /** Our own loop was away: the threads may have been, too. */
    void shift(long late) {
        markedAt += late;
    }
}
