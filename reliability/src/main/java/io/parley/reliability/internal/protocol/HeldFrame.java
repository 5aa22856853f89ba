package io.parley.reliability.internal.protocol;

import io.parley.core.log.Record;
import io.parley.core.spi.InFrame;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.FrameHeader;
import io.parley.core.wire.Lease;
import io.parley.core.wire.MalformedFrame;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** A DATA frame whose messages wait for a slot: a place in it, and one count of it until the last of them has ended. */
final class HeldFrame {
    /** Milliseconds; what lives longer is not looked at here. */
    private static final long MAX_LEFT = TimeUnit.DAYS.toMillis(1_000);

    private final InFrame frame;
    private final long arrivedAt;
    private final ByteBuffer bytes;
    private final long firstNumber;
    private final long epoch;
    private final int count;
    private int index;
    private int offset;
    private int running;

    HeldFrame(InFrame frame, long now) {
        this.frame = frame;
        arrivedAt = now;
        bytes = frame.buffer();
        if ((FrameHeader.flags(bytes) & FrameHeader.LEASED) == 0) {
            throw new MalformedFrame("DATA of a queue without a lease table");
        }
        firstNumber = DataHead.firstNumber(bytes);
        epoch = DataHead.epoch(bytes);
        count = DataHead.count(bytes);
        offset = DataHead.recordsOffset(bytes);
    }

    InFrame frame() {
        return frame;
    }

    long epoch() {
        return epoch;
    }

    boolean hasNext() {
        return index < count;
    }

    int left() {
        return count - index;
    }

    long number() {
        return firstNumber + index;
    }

    int offset() {
        return offset;
    }

    int length() {
        return Record.length(bytes, offset);
    }

    long lsn() {
        return Record.lsn(bytes, offset);
    }

    Lease lease() {
        return Lease.read(bytes, index);
    }

    /**
     * When the time to live of the next message is over; {@link Long#MAX_VALUE} for never. By the sender's clock as the frame
     * tells it: clocks of different hosts are not compared.
     */
    long deadline() {
        if ((Record.flags(bytes, offset) & Record.EXPIRY) == 0) {
            return Long.MAX_VALUE;
        }
        long left = Math.max(0, Record.expiry(bytes, offset) - DataHead.now(bytes));
        return left > MAX_LEFT ? Long.MAX_VALUE : arrivedAt + TimeUnit.MILLISECONDS.toNanos(left);
    }

    /** Passes the next message. */
    void next() {
        offset += Record.length(bytes, offset);
        index++;
        releaseWhenOver();
    }

    /** One of its messages runs, and needs the frame after it was passed. */
    void begin() {
        running++;
    }

    /** One of its messages has ended. */
    void end() {
        running--;
        releaseWhenOver();
    }

    private void releaseWhenOver() {
        if (index >= count && running == 0) {
            frame.release();
        }
    }

    /** Drops what was not passed. */
    void drop() {
        if (hasNext()) {
            index = count;
            releaseWhenOver();
        }
    }

    /** The leases of what was not passed. */
    void leases(LongConsumer consumer) {
        for (int i = index; i < count; i++) {
            consumer.accept(bytes.getLong(DataHead.leaseOffset(bytes, i)));
        }
    }

    /** Bytes of records from the next one on. */
    int bytesLeft() {
        return bytes.limit() - offset;
    }
}
