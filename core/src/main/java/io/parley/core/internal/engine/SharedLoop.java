package io.parley.core.internal.engine;

import io.parley.core.spi.Runtime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A loop with a thread of its own, which lends its turns to a thread that waits for what they bring. One token says whose turn
 * it is: only its owner runs turns, and who takes it over sees all that the owner before did.
 *
 * <pre>
 *              a guest wants it                     the guest leaves
 *   HOST ─────────────────────────▶ GUEST ─────────────────────────────────▶ VACANT
 *    ▲                                ▲   another guest comes soon             │  │
 *    │                                └────────────────────────────────────────┘  │
 *    └──────── at once; after {@link #VACANCY} where guests come one after another ┘
 * </pre>
 *
 * A guest that leaves would wake the host for nothing if it came back at once, as a thread does that asks one question after
 * another. So after a guest that came soon after the last one the host waits for a moment; only what the network brings
 * waits with it, since whoever else has something for the loop calls the host.
 */
final class SharedLoop implements Runtime.Loop {
    /** How long nobody may run turns between two guests, and how soon a guest must come back for that. */
    private static final long VACANCY = TimeUnit.MICROSECONDS.toNanos(200);

    private static final long SERIES = TimeUnit.MILLISECONDS.toNanos(1);
    /** A guest that stays for longer calls the host when it leaves, which looks no more by itself. */
    private static final long LONG_STAY = TimeUnit.MILLISECONDS.toNanos(2);

    private final Runtime.Turns turns;
    private final Thread host;
    private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
    private final AtomicReference<@Nullable Thread> wanted = new AtomicReference<>();
    private volatile boolean called;
    private volatile boolean asleep;
    private volatile boolean over;
    private volatile long changedAt;

    SharedLoop(String name, Runtime.Turns turns) {
        this.turns = turns;
        host = new Thread(this::run, "parley-" + name);
        owner.set(host);
        changedAt = System.nanoTime() - SERIES;
    }

    void start() {
        host.start();
    }

    private void run() {
        while (runTurns()) {
            Thread guest = wanted.get();
            changedAt = System.nanoTime();
            owner.set(guest);
            LockSupport.unpark(guest);
            takeBack();
        }
    }

    /** Until a guest wants to run them; false when the loop is over. */
    private boolean runTurns() {
        while (!over) {
            long pause = turns.turn();
            if (pause < 0) {
                over = true;
                return false;
            }
            turns.pause(pause);
            if (wanted.get() != null) {
                return true;
            }
        }
        return false;
    }

    private void takeBack() {
        while (!mayTakeBack() || !owner.compareAndSet(null, host)) {
            Thread.interrupted(); // nobody has a reason to interrupt the host; with the flag set it would not wait
            if (owner.get() != null && System.nanoTime() - changedAt > LONG_STAY) {
                asleep = true;
                if (owner.get() != null) {
                    LockSupport.park(this);
                }
                asleep = false;
            } else {
                LockSupport.parkNanos(this, VACANCY);
            }
        }
        called = false;
    }

    private boolean mayTakeBack() {
        return owner.get() == null && (called || over || System.nanoTime() - changedAt >= VACANCY);
    }

    @Override
    public void call() {
        if (owner.get() == null) {
            called = true;
            LockSupport.unpark(host);
        }
    }

    @Override
    public boolean current() {
        return Thread.currentThread() == owner.get();
    }

    @Override
    public boolean join(long nanos) {
        return RealRuntime.uninterruptibly(nanos, left -> host.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left))))
                || !host.isAlive();
    }

    @Override
    public Runtime.@Nullable Guest enter(Runnable wakeHost) {
        Thread me = Thread.currentThread();
        if (over || owner.get() == me || !wanted.compareAndSet(null, me)) {
            return null;
        }
        boolean series = System.nanoTime() - changedAt < SERIES;
        if (!owner.compareAndSet(null, me)) {
            wakeHost.run();
            if (!awaitToken(me)) {
                wanted.set(null);
                return null;
            }
        }
        changedAt = System.nanoTime();
        return new Stay(series);
    }

    /** The host gives it away at the end of its turn. */
    private boolean awaitToken(Thread me) {
        boolean interrupted = false;
        while (owner.get() != me) {
            if (over || owner.compareAndSet(null, me)) {
                break;
            }
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            me.interrupt();
        }
        return owner.get() == me;
    }

    /** What a guest holds. */
    private final class Stay implements Runtime.Guest {
        private final boolean series;

        Stay(boolean series) {
            this.series = series;
        }

        @Override
        public boolean runUntil(BooleanSupplier done, long nanos) throws InterruptedException {
            long deadline = System.nanoTime() + nanos;
            turns.pause(0); // goes on where the host stopped: what was sent for is there
            while (!done.getAsBoolean()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("while it ran the loop");
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || over) {
                    return false;
                }
                long pause = turn();
                if (pause >= 0 && !done.getAsBoolean()) {
                    turns.pause(Math.min(pause, left));
                }
            }
            return true;
        }

        private long turn() {
            long pause = turns.turn();
            over |= pause < 0;
            return pause;
        }

        @Override
        public void close() {
            try {
                leave(turn() <= 0 || !series); // what the last pause brought is seen to
            } catch (RuntimeException | Error e) {
                leave(true);
                throw e;
            }
        }

        private void leave(boolean callHost) {
            called |= callHost;
            changedAt = System.nanoTime();
            wanted.set(null);
            owner.set(null);
            if (callHost || asleep) {
                called = true;
                LockSupport.unpark(host);
            }
        }
    }
}
