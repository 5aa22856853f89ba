package io.parley.testkit.contract;

import io.parley.core.spi.InFrame;
import io.parley.core.spi.Link;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.Transport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Numbered frames that go over one link in one direction, each checked on arrival. The sender writes all of them into one
 * buffer, and soils it as soon as a frame was taken.
 */
final class FrameFlow {
    private final long seed;
    private final IntUnaryOperator size;
    private final OutFrame frame = new OutFrame();
    private byte[] room = new byte[0];
    private int ready = -1;
    private int sent;
    private int received;
    private long bytesSent;

    FrameFlow(long seed, IntUnaryOperator size) {
        this.seed = seed;
        this.size = size;
    }

    static FrameFlow of(int frameSize) {
        return new FrameFlow(TransportFixture.seed(), n -> frameSize);
    }

    /** Offers the next frame once. */
    Sent offer(Transport transport, Link link) {
        if (ready != sent) {
            byte[] content = Frames.content(seed, sent, size.applyAsInt(sent));
            if (room.length < content.length) {
                room = new byte[content.length];
            }
            System.arraycopy(content, 0, room, 0, content.length);
            frame.clear();
            frame.add(ByteBuffer.wrap(room, 0, content.length).order(ByteOrder.LITTLE_ENDIAN));
            ready = sent;
        }
        Sent answer = transport.send(link, frame);
        if (answer == Sent.TAKEN) {
            sent++;
            bytesSent += frame.bytes();
            Arrays.fill(room, (byte) 0xFF);
        }
        return answer;
    }

    /** Offers frames until so many were taken, or one was not. */
    void offerUpTo(int total, Transport transport, Link link) {
        Sent answer = Sent.TAKEN;
        while (sent < total && answer == Sent.TAKEN) {
            answer = offer(transport, link);
        }
    }

    /** Checks that this is the next frame, and releases it. */
    void accept(InFrame in) {
        Frames.assertContent(Frames.content(seed, received, size.applyAsInt(received)), in, "frame " + received);
        received++;
        in.release();
    }

    int sent() {
        return sent;
    }

    int received() {
        return received;
    }

    long bytesSent() {
        return bytesSent;
    }
}
