package io.parley.testkit;

import io.parley.testkit.net.SimNetwork;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a simulation's events happen, one after the other, and lets code in them wait as if it had a thread of its own. It has:
 * whoever waits hands the baton to another thread, which goes on with the events, and gets it back when what it waits for is
 * there. So many threads may stand in the middle of something, but only the holder of the baton runs, and a seed gives the
 * same run each time.
 *
 * <pre>
 *   test      ─ run ┐                                     ┌ ─
 *   pump 1          └ event, event, a handler waits ┐     │      its handler goes on ─ event
 *   pump 2                                          └ event ┘   (gives the baton back)
 * </pre>
 */
final class SimPump {
    private final SimNetwork network;
    private final List<Waiter> waiters = new ArrayList<>();
    private final List<Waiter> killed = new ArrayList<>();
    private final ArrayDeque<Thread> idle = new ArrayDeque<>();
    private volatile Thread baton = Thread.currentThread();
    private final List<Thread> pumps = new ArrayList<>();
    private volatile boolean closed;
    private @Nullable Throwable failure;
    private @Nullable SimProcess current;
    private @Nullable Thread closer;
    private int threads;

    SimPump(SimNetwork network) {
        this.network = network;
    }

    /** Thrown out of the wait of a thread whose process is no more. */
    private static final class ProcessKilled extends Error {
        private static final long serialVersionUID = 1L;

        ProcessKilled() {
            super("killed", null, false, false);
        }
    }

    private static final class Waiter {
        private final Thread thread = Thread.currentThread();
        private final @Nullable SimProcess process;
        private final @Nullable Object signal;
        private final BooleanSupplier condition;
        private final long deadline;
        private boolean signalled;
        private boolean dead;

        Waiter(@Nullable SimProcess process, @Nullable Object signal, BooleanSupplier condition, long deadline) {
            this.process = process;
            this.signal = signal;
            this.condition = condition;
            this.deadline = deadline;
        }
    }

    /** Whose code runs; null for the test's. */
    @Nullable SimProcess current() {
        return current;
    }

    /** Runs a part of a process. What it throws ends the simulation. */
    void run(SimProcess process, Runnable action) {
        SimProcess before = current;
        current = process;
        try {
            action.run();
        } finally {
            current = before;
        }
    }

    /**
     * Waits while events happen, until the condition holds or the time is over.
     *
     * @param signal after which to look at the condition; null for after each event
     */
    boolean await(@Nullable Object signal, BooleanSupplier condition, long nanos) throws InterruptedException {
        if (closer != null) {
            throw new ProcessKilled();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (condition.getAsBoolean()) {
            return true;
        }
        SimProcess process = current;
        long now = network.clock().nanos();
        long deadline = nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + Math.max(0, nanos);
        Waiter waiter = new Waiter(process, signal, condition, deadline);
        waiters.add(waiter);
        current = null;
        give(nextPump());
        standBy();
        current = process;
        if (waiter.dead) {
            throw new ProcessKilled();
        }
        rethrow(process);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return condition.getAsBoolean();
    }

    private void rethrow(@Nullable SimProcess process) {
        Throwable what = failure;
        if (what != null && process == null) {
            failure = null;
            throw new AssertionError("an exception escaped: " + what, what);
        }
    }

    /** Something failed that a node has caught: the test is to know of it all the same. */
    void failed(Throwable what) {
        failure = failure == null ? what : failure;
    }

    /** Somebody may wait for this. */
    void signalled(Object signal) {
        for (int i = 0; i < waiters.size(); i++) {
            Waiter waiter = waiters.get(i);
            waiter.signalled |= waiter.signal == signal;
        }
    }

    /** A process is no more: what waits in it never goes on. */
    void forget(SimProcess process) {
        for (Waiter waiter : List.copyOf(waiters)) {
            if (waiter.process == process) {
                waiters.remove(waiter);
                killed.add(waiter);
            }
        }
    }

    private Thread nextPump() {
        Thread known = idle.poll();
        if (known != null) {
            return known;
        }
        Thread fresh = new Thread(this::pumpThread, "sim-" + ++threads);
        fresh.setDaemon(true);
        pumps.add(fresh);
        fresh.start();
        return fresh;
    }

    private void give(Thread to) {
        baton = to;
        LockSupport.unpark(to);
    }

    /** Until the baton comes. An interrupt is left for who waits to see. */
    private void standBy() {
        while (baton != Thread.currentThread() && !closed) {
            LockSupport.park(this);
            if (Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        }
    }

    private void pumpThread() {
        standBy();
        while (!closed) {
            try {
                pump();
            } catch (ProcessKilled e) {
                giveToCloser();
            } catch (Throwable e) {
                failure = failure == null ? e : failure;
            }
        }
    }

    private void giveToCloser() {
        give(Objects.requireNonNull(closer));
        standBy();
    }

    private void pump() {
        while (!closed) {
            Waiter ready = ready();
            if (closer != null) {
                giveToCloser();
            } else if (ready != null) {
                waiters.remove(ready);
                idle.push(Thread.currentThread());
                give(ready.thread);
                standBy();
            } else {
                step();
            }
        }
    }

    private void step() {
        long next = network.next().orElse(Long.MAX_VALUE);
        long deadline = Long.MAX_VALUE;
        for (int i = 0; i < waiters.size(); i++) {
            if (mayGoOn(waiters.get(i))) {
                deadline = Math.min(deadline, waiters.get(i).deadline);
            }
        }
        if (deadline < next) {
            network.clock().advanceTo(deadline);
        } else if (next == Long.MAX_VALUE) {
            throw new IllegalStateException("nothing will ever happen");
        } else {
            network.step();
            Thread.interrupted(); // whatever was left behind was not meant for what comes next
        }
    }

    private static boolean mayGoOn(Waiter waiter) {
        return waiter.process == null || waiter.process.runs();
    }

    private @Nullable Waiter ready() {
        long now = network.clock().nanos();
        for (int i = 0; i < waiters.size(); i++) {
            Waiter waiter = waiters.get(i);
            if (mayGoOn(waiter) && isReady(waiter, now)) {
                return waiter;
            }
        }
        return null;
    }

    private boolean isReady(Waiter waiter, long now) {
        if (now >= waiter.deadline || waiter.thread.isInterrupted() || waiter.process == null && failure != null) {
            return true;
        }
        boolean look = waiter.signal == null || waiter.signalled;
        waiter.signalled = false;
        return look && waiter.condition.getAsBoolean();
    }

    /** Ends all threads. What waits in them is unwound. */
    void close() {
        closer = Thread.currentThread();
        killed.addAll(waiters);
        waiters.clear();
        for (Waiter waiter : List.copyOf(killed)) {
            if (waiter.thread != closer) {
                waiter.dead = true;
                give(waiter.thread);
                standBy();
            }
        }
        closed = true;
        pumps.forEach(LockSupport::unpark);
    }
}
