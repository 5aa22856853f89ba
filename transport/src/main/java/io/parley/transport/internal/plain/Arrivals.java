package io.parley.transport.internal.plain;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * Has the owner of the socket see a connection come and go before a message is dealt to it. JeroMQ's thread, the one that it has,
 * tells of a connection first and attaches it afterwards, and tells of its end first and detaches it afterwards; it waits here
 * while one message is dealt, which never waits itself. So nothing is dealt between what is told and the look at it.
 */
final class Arrivals {
    /** What {@link #deal} says when something was told. Not an error of JeroMQ. */
    static final int LOOK_FIRST = -2;

    private final ReentrantLock lock = new ReentrantLock();
    private boolean unseen;
    private boolean left;

    /** A connection has come, and was told. On JeroMQ's thread, before it is attached. */
    void came() {
        told(false);
    }

    /** A connection has ended, and will be told. On JeroMQ's thread, before it is detached. */
    void left() {
        told(true);
    }

    private void told(boolean end) {
        lock.lock();
        try {
            unseen = true;
            left |= end;
        } finally {
            lock.unlock();
        }
    }

    /** The owner is about to look at what was told; whether a connection has ended since it looked before. */
    boolean look() {
        lock.lock();
        try {
            boolean ended = left;
            unseen = false;
            left = false;
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Sends a message, and says how that went, unless something was told after the last look. For the owner. */
    int deal(IntSupplier send) {
        lock.lock();
        try {
            return unseen ? LOOK_FIRST : send.getAsInt();
        } finally {
            lock.unlock();
        }
    }
}
