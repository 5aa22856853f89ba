package io.parley.transport.internal.plain;

import io.parley.transport.internal.guard.BoundedAllocator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.io.Metadata;

/**
 * Holds each connection to the limits, on JeroMQ's thread, before anything waits: JeroMQ counts whole messages only, so that
 * a message whose frames never end, or subscriptions without number, would fill the heap. It gives each frame that is read a
 * place of its own kind, which learns whose it is when JeroMQ attaches the connection's metadata. With CURVE that happens to
 * decrypted copies: whoever was let in by its key is not held to these.
 */
final class InboundLimits extends BoundedAllocator {
    /** A subscription is at most so long. */
    static final int FILTER_BYTES = 4 << 10;

    /** What one connection may subscribe to, all filters together, and all connections: a byte costs the heap about 64. */
    static final long FILTERS_PER_CONNECTION = 256 << 10;

    static final long FILTERS = 2 << 20;

    private static final class Account {
        int frames;
        long bytes;
        long filterBytes;
        int filters;
    }

    private final SocketSettings settings;
    private final BiConsumer<String, String> cut;

    /** Written by JeroMQ's thread. */
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();

    private final AtomicLong filterBytes = new AtomicLong();
    private final AtomicInteger subscribers = new AtomicInteger();

    /**
     * For one socket.
     *
     * @param cut ends the connection from there, for that reason
     */
    InboundLimits(SocketSettings settings, BiConsumer<String, String> cut) {
        super(settings.largestFrame());
        this.settings = settings;
        this.cut = cut;
    }

    /** How many connections have subscribed to anything. */
    int subscribers() {
        return subscribers.get();
    }

    /** A connection has ended. On JeroMQ's thread. */
    void forget(String address) {
        Account gone = accounts.remove(address);
        if (gone != null && gone.filters > 0) {
            filterBytes.addAndGet(-gone.filterBytes);
            subscribers.decrementAndGet();
        }
    }

    @Override
    protected Msg tooLarge() {
        return new Place(0, "a frame above the limit of " + settings.largestFrame() + " bytes");
    }

    @Override
    protected Msg room(int size) {
        return new Place(size, "");
    }

    private void read(Msg frame, String address) {
        Account account = accounts.computeIfAbsent(address, key -> new Account());
        account.frames++;
        account.bytes += frame.size();
        if (account.frames > settings.maxFrames()) {
            cut.accept(address, "more than " + settings.maxFrames() + " frames in a message");
        } else if (account.bytes > settings.maxMessage()) {
            cut.accept(address, "a message above the limit of " + settings.maxMessage() + " bytes");
        }
        if (!frame.hasMore()) {
            account.frames = 0;
            account.bytes = 0;
        }
        if (settings.type() == NativeType.PUB && frame.size() > 0) {
            subscribe(frame, account, address);
        }
    }

    private void subscribe(Msg frame, Account account, String address) {
        int length = frame.size() - 1;
        if (frame.get(0) == 1) {
            account.filterBytes += length;
            if (account.filters++ == 0) {
                subscribers.incrementAndGet();
            }
            long all = filterBytes.addAndGet(length);
            if (account.filterBytes > FILTERS_PER_CONNECTION || all > FILTERS) {
                cut.accept(address, "subscriptions of more than " + FILTERS_PER_CONNECTION + " bytes");
            }
        } else if (frame.get(0) == 0 && account.filters > 0) {
            account.filterBytes -= length;
            filterBytes.addAndGet(-length);
            if (--account.filters == 0) {
                subscribers.decrementAndGet();
            }
        }
    }

    /** The place of one frame. */
    private final class Place extends Msg {
        private final String fault;

        Place(int size, String fault) {
            super(size);
            this.fault = fault;
        }

        @Override
        public Msg setMetadata(@Nullable Metadata metadata) {
            String address = metadata == null ? null : metadata.get(Metadata.PEER_ADDRESS);
            if (address != null && fault.isEmpty()) {
                read(this, address);
            } else if (address != null) {
                cut.accept(address, fault);
            }
            return super.setMetadata(metadata);
        }
    }
}
