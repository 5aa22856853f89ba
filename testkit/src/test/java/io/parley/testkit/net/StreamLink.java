package io.parley.testkit.net;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Link;
import io.parley.core.spi.OutFrame;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One side of a connection that is two streams of bytes. A greeting, then frames: a length of four bytes, and the bytes. */
final class StreamLink extends Link {
    private static final byte[] GREETING = {'P', 'S', 1, 0};
    private static final int MOST_UNWRITTEN = 100 << 10;

    final ByteStream in;
    final ByteStream out;
    final @Nullable Endpoint dialled;
    final long deadline;
    private final String address;
    private final ArrayDeque<ByteBuffer> unwritten = new ArrayDeque<>();
    private int unwrittenBytes;
    private byte[] unparsed = new byte[0];
    private int parsed;
    boolean greeted;
    boolean down;
    boolean full;

    StreamLink(ByteStream in, ByteStream out, @Nullable Endpoint dialled, String address, long deadline) {
        this.in = in;
        this.out = out;
        this.dialled = dialled;
        this.address = address;
        this.deadline = deadline;
        enqueue(ByteBuffer.wrap(GREETING));
    }

    private void enqueue(ByteBuffer bytes) {
        unwritten.add(bytes);
        unwrittenBytes += bytes.remaining();
    }

    boolean take(OutFrame frame) {
        full = unwrittenBytes > 0 && unwrittenBytes + frame.bytes() > MOST_UNWRITTEN;
        if (!full) {
            ByteBuffer bytes = ByteBuffer.allocate(4 + frame.bytes()).putInt(frame.bytes());
            for (int i = 1; i < frame.count(); i++) {
                bytes.put(Objects.requireNonNull(frame.buffers()[i]).duplicate());
            }
            enqueue(bytes.flip());
        }
        return !full;
    }

    boolean flush() {
        int before = unwrittenBytes;
        while (!unwritten.isEmpty()) {
            ByteBuffer next = unwritten.element();
            int written = out.write(next);
            unwrittenBytes -= written;
            if (next.hasRemaining()) {
                break;
            }
            unwritten.remove();
        }
        return before != unwrittenBytes;
    }

    boolean hasRoomAgain() {
        return full && 2 * unwrittenBytes < MOST_UNWRITTEN;
    }

    boolean fill() {
        byte[] more = in.read();
        if (more.length > 0) {
            byte[] rest = Arrays.copyOfRange(unparsed, parsed, unparsed.length + more.length);
            System.arraycopy(more, 0, rest, rest.length - more.length, more.length);
            unparsed = rest;
            parsed = 0;
        }
        return more.length > 0;
    }

    boolean greets() {
        if (greeted || unparsed.length - parsed < GREETING.length) {
            return false;
        }
        parsed += GREETING.length;
        greeted = true;
        return true;
    }

    /** The length of the next frame; -1 when its head is not there yet. */
    int nextLength() {
        return greeted && unparsed.length - parsed >= 4
                ? ByteBuffer.wrap(unparsed).getInt(parsed)
                : -1;
    }

    byte @Nullable [] nextFrame(int length) {
        if (unparsed.length - parsed < 4 + length) {
            return null;
        }
        parsed += 4 + length;
        return Arrays.copyOfRange(unparsed, parsed - length, parsed);
    }

    @Override
    public String remoteAddress() {
        return address;
    }
}
