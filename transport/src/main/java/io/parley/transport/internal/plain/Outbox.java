package io.parley.transport.internal.plain;

import io.parley.core.Offer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way from any thread to the one that owns the socket. Those of a ROUTER wait in a lane per connection, so
 * that one that reads nothing holds up none but itself.
 */
final class Outbox {
    /** A message, and who is to be told that it was written. */
    record Parcel(List<byte[]> frames, long bytes, @Nullable CompletableFuture<Void> written) {}

    /** What a frame costs beside its bytes. */
    private static final int FRAME_COST = 64;

    /** A lane may hold this part of the whole, while others have something too. */
    private static final int LANES = 4;

    private static final ByteBuffer ONLY_LANE = ByteBuffer.allocate(0);

    private static final class Lane {
        final Deque<Parcel> parcels = new ArrayDeque<>();
        long bytes;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<ByteBuffer, Lane> lanes = new LinkedHashMap<>();
    private final SocketSettings settings;
    private long bytes;
    private boolean closed;

    Outbox(SocketSettings settings) {
        this.settings = settings;
    }

    static long cost(List<byte[]> frames) {
        long cost = 0;
        for (byte[] frame : frames) {
            cost += frame.length + FRAME_COST;
        }
        return cost;
    }

    /** Adds a message if there is room; ACCEPTED or FULL, and null when closed. */
    @Nullable Offer offer(List<byte[]> frames) {
        Parcel parcel = new Parcel(frames, cost(frames), null);
        lock.lock();
        try {
            return closed ? null : tryAdd(parcel) ? Offer.ACCEPTED : Offer.FULL;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #offer}, and waits for room for at most so long. */
    @Nullable Offer send(List<byte[]> frames, long nanos, @Nullable CompletableFuture<Void> written) throws InterruptedException {
        Parcel parcel = new Parcel(frames, cost(frames), written);
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!closed) {
                if (tryAdd(parcel)) {
                    return Offer.ACCEPTED;
                }
                if (left <= 0) {
                    return Offer.FULL;
                }
                left = changed.awaitNanos(left);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean tryAdd(Parcel parcel) {
        ByteBuffer key = settings.type() == NativeType.ROUTER
                ? ByteBuffer.wrap(parcel.frames().get(0))
                : ONLY_LANE;
        Lane lane = lanes.get(key);
        boolean laneFull = lane != null && lane.bytes > settings.queueBytes() / LANES && lanes.size() > 1;
        if (laneFull || bytes > 0 && bytes + parcel.bytes() > settings.queueBytes()) {
            return false;
        }
        if (lane == null) {
            lane = new Lane();
            lanes.put(key, lane);
        }
        lane.parcels.add(parcel);
        lane.bytes += parcel.bytes();
        bytes += parcel.bytes();
        return true;
    }

    /** The lanes that have something. For the owner. */
    List<ByteBuffer> lanes() {
        lock.lock();
        try {
            return lanes.isEmpty() ? List.of() : new ArrayList<>(lanes.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** The next message of a lane, which stays. For the owner. */
    @Nullable Parcel peek(ByteBuffer key) {
        lock.lock();
        try {
            Lane lane = lanes.get(key);
            return lane == null ? null : lane.parcels.peek();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the message that was peeked away. For the owner. */
    void remove(ByteBuffer key) {
        lock.lock();
        try {
            Lane lane = lanes.get(key);
            Parcel gone = lane == null ? null : lane.parcels.poll();
            if (lane == null || gone == null) {
                return;
            }
            lane.bytes -= gone.bytes();
            bytes -= gone.bytes();
            if (lane.parcels.isEmpty()) {
                lanes.remove(key);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return lanes.isEmpty();
        } finally {
            lock.unlock();
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

    /** Waits until everything was taken, at most so long; not interruptible, so that what was promised is kept. */
    boolean awaitEmpty(long nanos) {
        long end = System.nanoTime() + nanos;
        boolean interrupted = false;
        lock.lock();
        try {
            long left = nanos;
            while (!lanes.isEmpty() && left > 0) {
                try {
                    changed.await(left, TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                left = end - System.nanoTime();
            }
            return lanes.isEmpty();
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes nothing more; what waits stays. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes everything out. */
    List<Parcel> clear() {
        lock.lock();
        try {
            List<Parcel> all = new ArrayList<>();
            lanes.values().forEach(lane -> all.addAll(lane.parcels));
            lanes.clear();
            bytes = 0;
            changed.signalAll();
            return all;
        } finally {
            lock.unlock();
        }
    }
}
