package io.parley.transport.internal.zmtp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes as another ZMTP program would send them, written down from the RFC and not with the code under test. */
final class Wire {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Wire greeting() {
        return greeting(3, 1, "NULL");
    }

    Wire greeting(int major, int minor, String mechanism) {
        ByteBuffer bytes = ByteBuffer.allocate(64);
        bytes.put(0, (byte) 0xFF).put(9, (byte) 0x7F).put(10, (byte) major).put(11, (byte) minor);
        bytes.put(12, mechanism.getBytes(StandardCharsets.US_ASCII));
        return raw(bytes.array());
    }

    Wire ready(String socketType) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(5);
        body.writeBytes("READY".getBytes(StandardCharsets.US_ASCII));
        property(body, "Socket-Type", socketType);
        property(body, "Identity", "");
        return command(body.toByteArray());
    }

    private static void property(ByteArrayOutputStream body, String name, String value) {
        body.write(name.length());
        body.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(ByteBuffer.allocate(4).putInt(value.length()).array());
        body.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    Wire command(String name, byte... data) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(name.length());
        body.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(data);
        return command(body.toByteArray());
    }

    private Wire command(byte[] body) {
        return frame(4, body);
    }

    Wire message(byte... body) {
        return frame(0, body);
    }

    /** A frame with these flags; the one for a long size is set when the size is long. */
    Wire frame(int flags, byte[] body) {
        if (body.length < 256) {
            out.write(flags);
            out.write(body.length);
        } else {
            longHead(flags, body.length);
        }
        return raw(body);
    }

    Wire longHead(int flags, long length) {
        out.write(flags | 2);
        return raw(ByteBuffer.allocate(8).putLong(length).array());
    }

    Wire raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    static byte[] repeat(int count, int value) {
        byte[] bytes = new byte[count];
        java.util.Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
