package io.parley.transport.internal.plain;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** How many connections a socket has, told by its owner, and who waits for them. Any thread. */
public final class Census {
    private final SocketSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile int connections;
    private volatile int subscribers;

    Census(SocketSettings settings) {
        this.settings = settings;
    }

    /** How many connections there are, of which some may not have greeted yet. */
    public int connections() {
        return connections;
    }

    /** How many connections have subscribed; with CURVE it is not known, so there it is all. */
    public int subscribers() {
        return settings.curve() == null ? subscribers : connections;
    }

    /** As it is now. For the owner. */
    void tell(int open, int subscribed) {
        if (open != connections || subscribed != subscribers) {
            connections = open;
            subscribers = subscribed;
            over();
        }
    }

    /** Who waits looks again. */
    void over() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until this holds, which is looked at whenever something was told; whether it does. */
    boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
