package io.parley.discovery;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.parley.core.identity.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Says what is not true to the group of mDNS (RFC 1035, RFC 6762), on the interface of a host of a lab.
 *
 * <pre>
 *   goodbye NODE-ID          the service of that node is not there any more
 *   text NODE-ID             that node has another run, another group, and is elsewhere
 *   flood COUNT              so many services, each at an address of this network where nobody is
 *   foreign COUNT            so many services at addresses of other networks
 *   host COUNT               so many addresses of one host
 * </pre>
 */
final class Forger {
    private static final String TYPE = "_parley._tcp.local";
    private static final int PTR = 12;
    private static final int TXT = 16;
    private static final int A = 1;
    private static final int SRV = 33;
    private static final int DAY = 86_400;

    private final MulticastSocket socket = new MulticastSocket(0);
    private final InetSocketAddress group = new InetSocketAddress(InetAddress.getByName("224.0.0.251"), 5353);

    private Forger() throws IOException {
        socket.setNetworkInterface(NetworkInterface.getByName("eth0"));
        socket.setTimeToLive(255);
    }

    public static void main(String[] arguments) throws IOException {
        Forger forger = new Forger();
        int count = arguments[1].matches("[0-9]+") ? Integer.parseInt(arguments[1]) : 0;
        switch (arguments[0]) {
            case "goodbye" -> forger.goodbye(NodeId.parse(arguments[1]));
            case "text" -> forger.text(NodeId.parse(arguments[1]));
            case "flood" -> forger.services(count, "10.77.0");
            case "foreign" -> forger.services(count, "192.0.2");
            case "host" -> forger.host(count);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.out.println("said");
    }

    private static String instance(NodeId id) {
        return "parley-" + id.brief() + "." + TYPE;
    }

    private void goodbye(NodeId id) throws IOException {
        String name = instance(id);
        say(List.of(record(TYPE, PTR, 0, encoded(name)), record(name, SRV, 0, srv(1, "x.local"))));
    }

    private void text(NodeId id) throws IOException {
        String name = instance(id);
        byte[] lie = txt("txtvers=1", "id=" + id, "ep=9", "n=bad", "g=AAAAAAAAAAA", "pv=1-1");
        say(List.of(record(name, TXT, DAY, lie), record(name, SRV, DAY, srv(9, "nowhere.local"))));
        say(List.of(record("nowhere.local", A, DAY, new byte[] {10, 77, 0, 99})));
    }

    private void services(int count, String network) throws IOException {
        for (int i = 0; i < count; i++) {
            String name = "parley-forged" + i + "." + TYPE;
            String host = "forged" + i + ".local";
            NodeId id = new NodeId(0x666f726765L, i);
            byte[] address =
                    InetAddress.getByName(network + "." + (100 + i % 100)).getAddress();
            say(List.of(
                    record(TYPE, PTR, Integer.MAX_VALUE, encoded(name)),
                    record(name, TXT, DAY, txt("txtvers=1", "id=" + id, "ep=0", "n=" + Integer.toHexString(i))),
                    record(name, SRV, DAY, srv(1_024 + i % 60_000, host)),
                    record(host, A, DAY, address)));
            if (i % 20 == 19) {
                LockSupport.parkNanos(15_000_000); // faster, and most would be lost in the socket of who hears
            }
        }
    }

    private void host(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            say(List.of(record("one.local", A, DAY, new byte[] {10, 77, (byte) (i >> 8), (byte) i})));
        }
    }

    private void say(List<byte[]> records) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(12)
                .putShort((short) 0)
                .putShort((short) 0x8400)
                .putShort((short) 0)
                .putShort((short) records.size())
                .array());
        records.forEach(out::writeBytes);
        socket.send(new DatagramPacket(out.toByteArray(), out.size(), group));
    }

    private static byte[] record(String name, int type, int ttl, byte[] data) {
        byte[] encoded = encoded(name);
        int unique = type == PTR ? 1 : 0x8001;
        return ByteBuffer.allocate(encoded.length + 10 + data.length)
                .put(encoded)
                .putShort((short) type)
                .putShort((short) unique)
                .putInt(ttl)
                .putShort((short) data.length)
                .put(data)
                .array();
    }

    private static byte[] srv(int port, String host) {
        byte[] target = encoded(host);
        return ByteBuffer.allocate(6 + target.length)
                .putInt(0)
                .putShort((short) port)
                .put(target)
                .array();
    }

    private static byte[] txt(String... pairs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String pair : pairs) {
            out.write(pair.length());
            out.writeBytes(pair.getBytes(US_ASCII));
        }
        return out.toByteArray();
    }

    private static byte[] encoded(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(US_ASCII));
        }
        out.write(0);
        return out.toByteArray();
    }
}
