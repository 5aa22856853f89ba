package io.parley.discovery.internal.mdns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;

/** One query to the group of mDNS (RFC 6762 section 3), and whether this host hears it itself. */
public final class Echo {
    private static final int PORT = 5353;
    private static final String GROUP_4 = "224.0.0.251";
    private static final String GROUP_6 = "ff02::fb";

    private Echo() {}

    /** What became of a query. */
    public enum Kind {
        HEARD,
        SILENT,
        REFUSED
    }

    /**
     * What became of a query, and how.
     *
     * @param kind in short
     * @param detail for people
     */
    public record Result(Kind kind, String detail) {}

    /** Tries it; waits for at most so long. */
    public static Result at(Place place, Duration longest) {
        byte[] query = query("parley-" + UUID.randomUUID().toString().substring(0, 8));
        try (MulticastSocket socket = new MulticastSocket(PORT)) {
            String group = place.address() instanceof Inet4Address ? GROUP_4 : GROUP_6;
            InetSocketAddress all = new InetSocketAddress(InetAddress.getByName(group), PORT);
            NetworkInterface there = NetworkInterface.getByName(place.name());
            socket.joinGroup(all, there);
            socket.setNetworkInterface(there);
            socket.send(new DatagramPacket(query, query.length, all));
            return hears(socket, query, longest)
                    ? new Result(Kind.HEARD, "a query to " + group + " came back")
                    : new Result(Kind.SILENT, "a query to " + group + " was sent and did not come back");
        } catch (IOException e) {
            return new Result(Kind.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    private static boolean hears(MulticastSocket socket, byte[] query, Duration longest) throws IOException {
        long end = System.nanoTime() + longest.toNanos();
        byte[] buffer = new byte[9_000];
        for (long left = longest.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            socket.setSoTimeout((int) left);
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException e) {
                return false;
            }
            if (Arrays.equals(query, Arrays.copyOf(buffer, packet.getLength()))) {
                return true;
            }
        }
        return false;
    }

    /** A question for the address of a name that nobody has. */
    private static byte[] query(String label) {
        byte[] name = label.getBytes(US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(12 + 1 + name.length + 7 + 4);
        out.putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(0);
        out.put((byte) name.length).put(name);
        out.put((byte) 5).put("local".getBytes(US_ASCII)).put((byte) 0);
        out.putShort((short) 1).putShort((short) 1);
        return out.array();
    }
}
