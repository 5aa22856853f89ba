package io.parley.reliability.internal.protocol;

import io.parley.core.channel.GapReason;
import io.parley.core.log.Segment;
import io.parley.core.spi.FrameFiller;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.FrameHeader;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Lease;
import io.parley.core.wire.Position;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Builds real frames, by copying. */
final class FakeFiller implements FrameFiller {
    private final long first;
    private final int maxRecords;
    private final int maxBytes;
    private final List<byte[]> parts = new ArrayList<>();
    private final List<Lease> leases = new ArrayList<>();
    private int records;
    private int bytes;
    private long epoch;
    private long settledUpTo;
    private Position lowWater = Position.ZERO;
    private Gap gap;

    FakeFiller(long first, int maxRecords, int maxBytes) {
        this.first = first;
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    @Override
    public long nextNumber() {
        return first + records + (gap == null ? 0 : 1);
    }

    @Override
    public int roomForRecords() {
        return maxRecords - records;
    }

    @Override
    public int roomForBytes() {
        return maxBytes - bytes;
    }

    @Override
    public void records(Segment segment, int from, int to, int count) {
        if (count > roomForRecords() || records > 0 && to - from > roomForBytes() || gap != null || count < 1) {
            throw new IllegalStateException("no room for " + count + " records of " + (to - from) + " bytes");
        }
        byte[] part = new byte[to - from];
        segment.buffer().get(from, part);
        parts.add(part);
        records += count;
        bytes += to - from;
    }

    @Override
    public void leased(Segment segment, int from, int to, Lease lease) {
        leases.add(lease);
        records(segment, from, to, 1);
    }

    @Override
    public void epoch(long newEpoch) {
        epoch = newEpoch;
    }

    @Override
    public void marks(long newSettledUpTo, Position newLowWater) {
        settledUpTo = newSettledUpTo;
        lowWater = newLowWater;
    }

    @Override
    public void gap(GapReason reason, Position from, Position to, Missing missing) {
        if (records > 0 || gap != null) {
            throw new IllegalStateException("a frame holds records or one gap");
        }
        gap = new Gap(1, first, reason, from, to, missing.count(), missing.exactness());
    }

    Gap gap() {
        return gap;
    }

    int items() {
        return gap == null ? records : 1;
    }

    int bytes() {
        return bytes;
    }

    HeapFrame frame(long nowMillis) {
        if (!leases.isEmpty() && leases.size() != records) {
            throw new IllegalStateException("leased and unleased records in one frame");
        }
        int head = DataHead.BYTES + leases.size() * DataHead.LEASE_BYTES;
        ByteBuffer b = ByteBuffer.allocate(head + bytes).order(ByteOrder.LITTLE_ENDIAN);
        DataHead.put(b, leases.isEmpty() ? 0 : FrameHeader.LEASED, 1);
        DataHead.numbers(b, first, records, epoch);
        DataHead.marks(b, settledUpTo, lowWater, nowMillis);
        leases.forEach(l -> l.put(b));
        parts.forEach(b::put);
        b.flip();
        DataHead.check(b);
        return new HeapFrame(b);
    }
}
