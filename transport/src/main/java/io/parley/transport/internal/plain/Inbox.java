package io.parley.transport.internal.plain;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Messages on their way from the owner of the socket to the handler, which runs on handler threads, one message at a time. */
final class Inbox {
    /** So many in a row before others have the thread. */
    private static final int BATCH = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<List<byte[]>> waiting = new ArrayDeque<>();
    private final int limit;
    private final Executor handlers;
    private final Consumer<List<byte[]>> handler;
    private final Runnable room;
    private long bytes;
    private boolean running;
    private boolean stalled;
    private boolean closed;

    /**
     * Empty.
     *
     * @param limit the most bytes that wait
     * @param handler throws nothing
     * @param room rung when there is room again after there was none
     */
    Inbox(int limit, Executor handlers, Consumer<List<byte[]>> handler, Runnable room) {
        this.limit = limit;
        this.handlers = handlers;
        this.handler = handler;
        this.room = room;
    }

    /** Whether a message may be added. When not, the bell is rung later. For the owner. */
    boolean hasRoom() {
        lock.lock();
        try {
            stalled = bytes >= limit;
            return !stalled;
        } finally {
            lock.unlock();
        }
    }

    /** Adds a message, also beyond the limit. For the owner. */
    void add(List<byte[]> frames) {
        boolean start;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            waiting.add(frames);
            bytes += Outbox.cost(frames);
            start = !running;
            running = true;
        } finally {
            lock.unlock();
        }
        if (start) {
            handlers.execute(this::run);
        }
    }

    private void run() {
        for (int i = 0; i < BATCH; i++) {
            List<byte[]> next = next();
            if (next == null) {
                return;
            }
            handler.accept(next);
        }
        handlers.execute(this::run);
    }

    private @Nullable List<byte[]> next() {
        boolean ring = false;
        lock.lock();
        try {
            List<byte[]> next = waiting.poll();
            if (next == null) {
                running = false;
                return null;
            }
            bytes -= Outbox.cost(next);
            if (stalled && bytes <= limit / 2) {
                stalled = false;
                ring = true;
            }
            return next;
        } finally {
            lock.unlock();
            if (ring) {
                room.run();
            }
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Hands out nothing more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
    }
}
