package io.parley.transport.internal.guard;

import io.parley.core.spi.TransportTrouble;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import zmq.ZError;
import zmq.ZMQ;
import zmq.util.Errno;

/**
 * The connections that were accepted, by the address of the other side. Kept by JeroMQ's threads, through the event hook,
 * as a state and not as a queue of events: so it is bounded by the number of connections also while nobody polls.
 */
public final class AcceptedConnections implements ZMQ.EventConsummer {
    /** What to ask JeroMQ for. */
    public static final int EVENTS = ZMQ.ZMQ_EVENT_ACCEPTED | ZMQ.ZMQ_EVENT_ACCEPT_FAILED | ZMQ.ZMQ_EVENT_DISCONNECTED;

    private static final Errno ERRNO = new Errno();
    private static final long COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** JeroMQ's time for a greeting begins a moment before the connection is told here. */
    private static final long GREETING_NANOS = TimeUnit.MILLISECONDS.toNanos(Guard.GREETING_MILLIS * 9 / 10);

    /**
     * One connection. Its channel is told by one of JeroMQ's threads, and its first message comes by way of another: in
     * either order.
     */
    public static final class Entry {
        private final long since;
        private volatile @Nullable SocketChannel channel;
        private volatile boolean heard;
        private volatile boolean cut;

        private Entry(long since) {
            this.since = since;
        }

        /** Whether it is to end. */
        public boolean isCut() {
            return cut;
        }

        /** Ends it, in the only way in which JeroMQ notices at once: by making it read the end. Any thread. */
        public void cut() {
            cut = true;
            SocketChannel open = channel;
            if (open == null) {
                return;
            }
            try {
                open.shutdownInput();
            } catch (IOException | RuntimeException ignored) {
                // it is closed already, which was to be reached
            }
        }

        private void found(SocketChannel its) {
            channel = its;
            if (cut) {
                cut();
            }
        }

        private boolean isOver(long now, long patience) {
            SocketChannel open = channel;
            return open == null ? now - since > patience : !open.isOpen();
        }
    }

    private final Map<String, Entry> byAddress = new ConcurrentHashMap<>();
    private final long patience;
    private final LongSupplier nanos;
    private final IntSupplier room;
    private final Troubles troubles;
    private volatile long nextComplaint;
    private volatile long newest;

    /**
     * None yet.
     *
     * @param patience how long one may be silent, in nanoseconds; Long.MAX_VALUE where silence is no fault
     * @param room how many may be accepted; asked on JeroMQ's threads
     */
    public AcceptedConnections(long patience, LongSupplier nanos, IntSupplier room, Troubles troubles) {
        this.patience = patience;
        this.nextComplaint = nanos.getAsLong();
        this.newest = nextComplaint;
        this.nanos = nanos;
        this.room = room;
        this.troubles = troubles;
    }

    /** Ends the one from there, if there is one. Any thread. */
    public void cut(String address) {
        Entry entry = byAddress.get(address);
        if (entry != null) {
            entry.cut();
        }
    }

    /** How many were accepted after that time and are still open. */
    public int acceptedAfter(long time) {
        return newest - time <= 0
                ? 0
                : (int) byAddress.values().stream()
                        .filter(entry -> entry.since - time > 0 && !entry.cut)
                        .count();
    }

    /** How many there are. */
    public int size() {
        return byAddress.size();
    }

    /** The first message of a connection has come. For the loop. */
    public Entry heard(String address) {
        Entry entry = byAddress.computeIfAbsent(address, key -> new Entry(nanos.getAsLong()));
        entry.heard = true;
        return entry;
    }

    @Override
    public void consume(ZMQ.Event event) {
        if (event.event == ZMQ.ZMQ_EVENT_ACCEPT_FAILED) {
            acceptFailed(event.arg);
        } else if (event.arg instanceof SocketChannel channel) {
            String address = addressOf(channel);
            if (address != null && event.event == ZMQ.ZMQ_EVENT_ACCEPTED) {
                accepted(address, channel);
            } else if (address != null) {
                disconnected(address, channel);
            }
        }
    }

    /** Without a free descriptor the I/O thread tries again and again. */
    private void acceptFailed(Object error) {
        long now = nanos.getAsLong();
        if (now - nextComplaint >= 0) {
            nextComplaint = now + COMPLAINT_NANOS;
            troubles.add(TransportTrouble.TOO_MANY_CONNECTIONS, "accept failed: error " + error);
        }
    }

    private void accepted(String address, SocketChannel channel) {
        int most = room.getAsInt();
        boolean fits = byAddress.size() < most;
        // an entry that has a channel is of an older connection from the same port, which is gone
        Entry entry = byAddress.compute(
                address, (key, old) -> old == null || old.channel != null ? new Entry(nanos.getAsLong()) : old);
        entry.found(channel);
        newest = entry.since;
        if (!fits) {
            troubles.add(TransportTrouble.TOO_MANY_CONNECTIONS, address + " refused, " + most + " may be accepted");
            entry.cut();
        }
    }

    private void disconnected(String address, SocketChannel channel) {
        // here, on JeroMQ's thread, the number of its last error is still that of this connection
        int error = ERRNO.get();
        Entry entry = byAddress.get(address);
        if (entry == null || entry.channel != channel) {
            return;
        }
        byAddress.remove(address, entry);
        long age = nanos.getAsLong() - entry.since;
        if (!entry.heard && age >= GREETING_NANOS && patience < Long.MAX_VALUE) {
            troubles.add(TransportTrouble.HANDSHAKE_TIMEOUT, address + " said nothing for " + age / 1_000_000 + " ms");
        } else if (error == ZError.EPROTO || error == ZError.EMSGSIZE) {
            troubles.add(TransportTrouble.PROTOCOL_ERROR, address + " broke ZMTP, error " + error);
        } else if (!entry.heard && isOpen(channel)) {
            troubles.add(TransportTrouble.PROTOCOL_ERROR, address + " speaks no ZMTP, or an old one");
        }
    }

    /** Whether the other side has not closed it: then it was JeroMQ that did not want it, and it gives no reason. */
    private static boolean isOpen(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1)) >= 0;
        } catch (IOException | RuntimeException closed) {
            return false;
        }
    }

    /** Ends who has said nothing for too long; forgets what JeroMQ did not tell. For the loop. */
    public void sweep(long now) {
        byAddress.values().removeIf(entry -> entry.isOver(now, patience));
        for (Entry entry : byAddress.values()) {
            if (!entry.heard && !entry.cut && now - entry.since > patience) {
                entry.cut();
            }
        }
    }

    private static @Nullable String addressOf(SocketChannel channel) {
        try {
            return channel.getRemoteAddress() instanceof InetSocketAddress remote
                    ? remote.getAddress().getHostAddress() + ":" + remote.getPort()
                    : null;
        } catch (IOException closed) {
            return null;
        }
    }
}
