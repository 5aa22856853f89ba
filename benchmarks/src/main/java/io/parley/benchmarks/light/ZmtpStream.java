package io.parley.benchmarks.light;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * One connection as ZMTP 3.1 has it (RFC 37): greeting, mechanism NULL, READY as a DEALER, then messages of one part. Belongs
 * to one thread.
 */
final class ZmtpStream {
    private static final int GREETING = 64;
    private static final int LONG = 2;
    private static final int COMMAND = 4;
    private static final byte[] PING = {4, 'P', 'I', 'N', 'G'};
    private static final int PING_TTL = 2;

    private final SocketChannel socket;
    private final Consumer<byte[]> onMessage;
    private final ArrayDeque<ByteBuffer> out = new ArrayDeque<>();
    private byte[] rest = {};
    private boolean greeted;
    private boolean ready;

    ZmtpStream(SocketChannel socket, Consumer<byte[]> onMessage) {
        this.socket = socket;
        this.onMessage = onMessage;
    }

    /** Whether both sides have said READY: from then on messages may be sent. */
    boolean ready() {
        return ready;
    }

    /** The connection stands: says what each side says first. */
    void begin() throws IOException {
        byte[] greeting = new byte[GREETING];
        greeting[0] = (byte) 0xFF;
        greeting[9] = 0x7F;
        greeting[10] = 3;
        greeting[11] = 1;
        System.arraycopy("NULL".getBytes(StandardCharsets.US_ASCII), 0, greeting, 12, 4);
        write(ByteBuffer.wrap(greeting));
    }

    void send(byte[] message) throws IOException {
        write(frame(0, message));
    }

    /** Whether something waits to be written. */
    boolean hasOutput() {
        return !out.isEmpty();
    }

    /** Writes what waits. */
    void flush() throws IOException {
        for (ByteBuffer next = out.peek(); next != null; next = out.peek()) {
            socket.write(next);
            if (next.hasRemaining()) {
                return;
            }
            out.remove();
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        out.add(bytes);
        flush();
    }

    /** Takes what came. */
    void take(ByteBuffer came) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(rest.length + came.remaining());
        all.put(rest).put(came).flip();
        if (!greeted && all.remaining() >= GREETING) {
            greet(all);
        }
        while (greeted && next(all)) {
            // the next one
        }
        rest = new byte[all.remaining()];
        all.get(rest);
    }

    private void greet(ByteBuffer all) throws IOException {
        byte[] theirs = new byte[GREETING];
        all.get(theirs);
        boolean null31 = Arrays.equals(theirs, 12, 17, new byte[] {'N', 'U', 'L', 'L', 0}, 0, 5);
        if (theirs[0] != (byte) 0xFF || theirs[9] != 0x7F || theirs[10] < 3 || !null31) {
            throw new IllegalStateException("not a greeting of ZMTP 3 with NULL");
        }
        greeted = true;
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        command.writeBytes(text("READY"));
        command.writeBytes(text("Socket-Type"));
        command.writeBytes(new byte[] {0, 0, 0, 6});
        command.writeBytes("DEALER".getBytes(StandardCharsets.US_ASCII));
        write(frame(COMMAND, command.toByteArray()));
    }

    private static byte[] text(String name) {
        return ((char) name.length() + name).getBytes(StandardCharsets.US_ASCII);
    }

    private boolean next(ByteBuffer all) throws IOException {
        all.mark();
        if (all.remaining() < 2) {
            return false;
        }
        int flags = all.get();
        boolean isLong = (flags & LONG) != 0;
        if (isLong && all.remaining() < Long.BYTES) {
            all.reset();
            return false;
        }
        long length = isLong ? all.getLong() : all.get() & 0xFF;
        if (all.remaining() < length) {
            all.reset();
            return false;
        }
        byte[] body = new byte[(int) length];
        all.get(body);
        if ((flags & COMMAND) != 0) {
            command(body);
        } else if (!ready || (flags & 1) != 0) {
            throw new IllegalStateException("a message before READY, or of several parts");
        } else {
            onMessage.accept(body);
        }
        return true;
    }

    private void command(byte[] body) throws IOException {
        if (!ready) {
            ready = Arrays.equals(body, 0, 6, text("READY"), 0, 6);
        } else if (Arrays.equals(body, 0, PING.length, PING, 0, PING.length)) {
            byte[] pong = Arrays.copyOfRange(body, PING_TTL, body.length);
            System.arraycopy(text("PONG"), 0, pong, 0, PING.length);
            write(frame(COMMAND, pong));
        }
    }

    private static ByteBuffer frame(int flags, byte[] body) {
        boolean isLong = body.length > 255;
        ByteBuffer frame = ByteBuffer.allocate(body.length + 1 + Long.BYTES);
        frame.put((byte) (flags | (isLong ? LONG : 0)));
        if (isLong) {
            frame.putLong(body.length);
        } else {
            frame.put((byte) body.length);
        }
        return frame.put(body).flip();
    }
}
