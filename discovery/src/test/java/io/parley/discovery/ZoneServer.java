package io.parley.discovery;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A name server on the loopback interface that answers from what a test puts into it (RFC 1035, RFC 2782). */
final class ZoneServer implements AutoCloseable {
    private static final Map<String, Integer> TYPES = Map.of("A", 1, "PTR", 12, "TXT", 16, "AAAA", 28, "SRV", 33);
    private static final int NO_SUCH_NAME = 3;

    private final DatagramSocket socket;
    private final int port;
    private final Map<String, List<byte[]>> records = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::serve, "zone-server");

    ZoneServer() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        port = socket.getLocalPort();
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    void srv(String name, String host, int port) {
        byte[] target = encoded(host);
        byte[] data = ByteBuffer.allocate(6 + target.length)
                .putShort((short) 0)
                .putShort((short) 10)
                .putShort((short) port)
                .put(target)
                .array();
        add(name, "SRV", data);
    }

    void a(String name, int... address) {
        byte[] data = new byte[4];
        for (int i = 0; i < 4; i++) {
            data[i] = (byte) address[i];
        }
        add(name, "A", data);
    }

    void ptr(String name, String target) {
        add(name, "PTR", encoded(target));
    }

    void txt(String name, String... pairs) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (String pair : pairs) {
            data.write(pair.length());
            data.writeBytes(pair.getBytes(US_ASCII));
        }
        add(name, "TXT", data.toByteArray());
    }

    void clear() {
        records.clear();
    }

    private void add(String name, String type, byte[] data) {
        records.merge(key(name, TYPES.get(type)), List.of(data), (old, fresh) -> {
            List<byte[]> all = new ArrayList<>(old);
            all.addAll(fresh);
            return all;
        });
    }

    private static String key(String name, int type) {
        return name.toLowerCase(Locale.ROOT).replaceAll("\\.$", "") + " " + type;
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

    private void serve() {
        byte[] buffer = new byte[1_500];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(buffer, 0, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private byte[] answer(ByteBuffer question) {
        short id = question.getShort();
        question.position(12);
        StringBuilder name = new StringBuilder();
        for (int length = question.get(); length > 0; length = question.get()) {
            byte[] label = new byte[length];
            question.get(label);
            name.append(name.length() == 0 ? "" : ".").append(new String(label, US_ASCII));
        }
        int type = question.getShort();
        List<byte[]> found = records.getOrDefault(key(name.toString(), type), List.of());
        boolean known = records.keySet().stream()
                .anyMatch(key -> key.startsWith(name.toString().toLowerCase(Locale.ROOT) + " "));
        ByteBuffer out = ByteBuffer.allocate(1_500);
        out.putShort(id).putShort((short) (0x8580 | (known ? 0 : NO_SUCH_NAME)));
        out.putShort((short) 1).putShort((short) found.size()).putInt(0);
        byte[] encoded = encoded(name.toString());
        out.put(encoded).putShort((short) type).putShort((short) 1);
        for (byte[] data : found) {
            out.put(encoded).putShort((short) type).putShort((short) 1).putInt(1);
            out.putShort((short) data.length).put(data);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
