package io.parley.core.internal.engine;

import io.parley.core.spi.Clock;
import io.parley.core.spi.Entropy;
import io.parley.core.spi.Runtime;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Real threads, the machine's clocks, and the platform's source of randomness. */
final class RealRuntime implements Runtime {
    private static final long KEEP_IDLE_SECONDS = 20;

    private final SecureRandom random = new SecureRandom();

    @Override
    public Clock clock() {
        return new Clock() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public long millis() {
                return System.currentTimeMillis();
            }
        };
    }

    @Override
    public Entropy entropy() {
        return random::nextLong;
    }

    @Override
    public Worker startWorker(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return nanos -> ended(thread, nanos);
    }

    private static boolean ended(Thread thread, long nanos) {
        return uninterruptibly(nanos, left -> thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left))))
                || !thread.isAlive();
    }

    @Override
    public Loop startLoop(String name, Turns turns) {
        SharedLoop loop = new SharedLoop(name, turns);
        loop.start();
        return loop;
    }

    /** A wait that may be interrupted. */
    interface Wait {
        void upTo(long nanos) throws InterruptedException;
    }

    /** Waits to the end, and keeps the interrupt for later. Returns whether the wait ended before its time. */
    static boolean uninterruptibly(long nanos, Wait wait) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    wait.upTo(deadline - System.nanoTime());
                    return System.nanoTime() < deadline;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Handlers openHandlers(String name, int maxThreads) {
        return new HandlerPool(name, maxThreads);
    }

    /** Handler threads: made as they are needed, up to the limit, and ended when idle. */
    private static final class HandlerPool implements Handlers {
        private final ForkJoinPool pool;
        private final AtomicInteger threads = new AtomicInteger();

        HandlerPool(String name, int maxThreads) {
            pool = new ForkJoinPool(
                    maxThreads,
                    p -> newThread(p, name),
                    null,
                    true,
                    0,
                    maxThreads,
                    1,
                    p -> true,
                    KEEP_IDLE_SECONDS,
                    TimeUnit.SECONDS);
        }

        private ForkJoinWorkerThread newThread(ForkJoinPool p, String name) {
            ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(p);
            thread.setName("parley-" + name + "-handler-" + threads.incrementAndGet());
            return thread;
        }

        @Override
        public void execute(Runnable task) {
            if (!pool.isShutdown()) {
                pool.execute(task);
            }
        }

        @Override
        public int running() {
            return pool.getActiveThreadCount();
        }

        @Override
        public boolean close(long nanos) {
            pool.shutdown();
            boolean calm = uninterruptibly(nanos / 2, left -> pool.awaitTermination(left, TimeUnit.NANOSECONDS));
            if (!pool.isTerminated()) {
                pool.shutdownNow();
                calm = uninterruptibly(nanos / 2, left -> pool.awaitTermination(left, TimeUnit.NANOSECONDS));
            }
            return calm && pool.isTerminated();
        }
    }

    @Override
    public boolean await(Signal signal, BooleanSupplier condition, long nanos) throws InterruptedException {
        if (condition.getAsBoolean()) {
            return true;
        }
        return ((Gate) signal).await(condition, nanos);
    }

    @Override
    public Signal newSignal() {
        return new Gate();
    }

    /**
     * Costs a read to signal while nobody waits. Whoever signals looks at the conditions of those who wait, and wakes only those
     * whose condition holds: a thread that waits for much would else be woken, for nothing, at each little step towards it.
     */
    private static final class Gate implements Signal {
        private final ReentrantLock lock = new ReentrantLock();
        private final List<Waiter> waiters = new ArrayList<>();
        private volatile int waiting;

        /** A thread that waits; told apart by identity. */
        private static final class Waiter {
            private final BooleanSupplier condition;
            private final Condition changed;

            Waiter(BooleanSupplier condition, Condition changed) {
                this.condition = condition;
                this.changed = changed;
            }

            void look() {
                if (holds()) {
                    changed.signal();
                }
            }

            private boolean holds() {
                try {
                    return condition.getAsBoolean();
                } catch (RuntimeException e) {
                    return true; // it is the waiting thread's: there it is thrown again
                }
            }
        }

        @Override
        public void signal() {
            if (waiting > 0) {
                lock.lock();
                try {
                    waiters.forEach(Waiter::look);
                } finally {
                    lock.unlock();
                }
            }
        }

        boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
            lock.lockInterruptibly();
            Waiter waiter = new Waiter(condition, lock.newCondition());
            add(waiter);
            try {
                long left = nanos;
                while (!condition.getAsBoolean()) {
                    if (left <= 0) {
                        return false;
                    }
                    left = waiter.changed.awaitNanos(left);
                }
                return true;
            } finally {
                remove(waiter);
                lock.unlock();
            }
        }

        private void add(Waiter waiter) {
            waiters.add(waiter);
            waiting = waiters.size();
        }

        private void remove(Waiter waiter) {
            waiters.remove(waiter);
            waiting = waiters.size();
        }
    }
}
