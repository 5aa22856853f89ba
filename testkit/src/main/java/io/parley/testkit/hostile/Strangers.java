package io.parley.testkit.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Connections of strangers to one port of this host. They never close themselves. To be used by one thread. */
public final class Strangers implements AutoCloseable {
    private final InetSocketAddress target;
    private final List<Connection> open = new ArrayList<>();
    private final Map<Stranger, Integer> cutOff = new EnumMap<>(Stranger.class);
    private final ByteBuffer heard = ByteBuffer.allocateDirect(8_192);
    private Duration longest = Duration.ZERO;

    private Strangers(InetSocketAddress target) {
        this.target = target;
    }

    /** Nobody yet; they will come to this port of the loopback interface. */
    public static Strangers at(int port) {
        return new Strangers(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** One that connected. */
    private static final class Connection {
        private final Stranger kind;
        private final SocketChannel channel;
        private final ByteBuffer left;
        private final long since = System.nanoTime();
        private int sent;

        Connection(Stranger kind, SocketChannel channel) {
            this.kind = kind;
            this.channel = channel;
            this.left = ByteBuffer.wrap(kind.bytes());
        }

        /** Whether the other side has closed it. */
        boolean goOn(ByteBuffer heard) {
            try {
                talk();
                int count;
                do {
                    count = channel.read(heard.clear());
                } while (count > 0);
                return count < 0;
            } catch (IOException reset) {
                return true;
            }
        }

        private void talk() throws IOException {
            long perByte = kind.perByte().toNanos();
            if (perByte == 0) {
                channel.write(left);
            } else if (left.hasRemaining() && System.nanoTime() - since >= sent * perByte) {
                sent += channel.write(left.slice(left.position(), 1));
                left.position(sent);
            }
        }
    }

    /**
     * One more comes.
     *
     * @return whether it could connect; when it was refused it counts as cut off
     */
    public boolean knock(Stranger kind) {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(target);
            channel.configureBlocking(false);
            open.add(new Connection(kind, channel));
            return true;
        } catch (IOException refused) {
            close(channel);
            cutOff.merge(kind, 1, Integer::sum);
            return false;
        }
    }

    /** All go on with what they do, once. To be called again and again. */
    public void turn() {
        for (Iterator<Connection> each = open.iterator(); each.hasNext(); ) {
            Connection connection = each.next();
            if (connection.goOn(heard)) {
                each.remove();
                close(connection.channel);
                cutOff.merge(connection.kind, 1, Integer::sum);
                Duration lived = Duration.ofNanos(System.nanoTime() - connection.since);
                longest = lived.compareTo(longest) > 0 ? lived : longest;
            }
        }
    }

    /** How many are connected. */
    public int connected() {
        return open.size();
    }

    /** How many of each kind were cut off by the other side. */
    public Map<Stranger, Integer> cutOff() {
        return Map.copyOf(cutOff);
    }

    /** How long the longest of those that were cut off was connected. */
    public Duration longest() {
        return longest;
    }

    private static void close(@Nullable SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // it is of no use any more, in whatever state
            }
        }
    }

    /** All hang up. */
    @Override
    public void close() {
        open.forEach(connection -> close(connection.channel));
        open.clear();
    }
}
