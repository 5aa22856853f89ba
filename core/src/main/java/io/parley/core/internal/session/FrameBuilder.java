package io.parley.core.internal.session;

import io.parley.core.channel.GapReason;
import io.parley.core.log.Segment;
import io.parley.core.spi.FrameFiller;
import io.parley.core.spi.OutFrame;
import io.parley.core.wire.Chunk;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.FrameHeader;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Lease;
import io.parley.core.wire.Position;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds one DATA or GAP frame of a session. Records are not copied: the frame refers to the log's segments and pins them,
 * except for small scattered ones, which are cheaper to copy than to gather. Reused.
 */
public final class FrameBuilder implements FrameFiller {
    /** The most records in a leased frame, so that the lease table has its room. */
    private static final int MAX_LEASED = 1_024;
    /** The largest record that travels whole; one that is larger is cut into chunks. */
    public static final int MAX_WHOLE = 256 * 1024;
    /** A run shorter than this is copied once there are several. */
    private static final int SMALL_RUN = 2_048;

    private static final int FEW_RUNS = 4;

    private final ByteBuffer head = ByteBuffer.allocateDirect(DataHead.BYTES + MAX_LEASED * DataHead.LEASE_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    private final OutFrame frame = new OutFrame();
    private final List<Segment> pinned = new ArrayList<>();
    private @Nullable ByteBuffer scratch;

    private int session;
    private long firstNumber;
    private int maxRecords;
    private int maxBytes;

    private int records;
    private int bytes;
    private int leases;
    private long epoch;
    private long settledUpTo;
    private Position lowWater = Position.ZERO;
    private @Nullable ByteBuffer gap;
    private @Nullable Lease lease;
    private @Nullable Part part;

    private @Nullable Segment runSegment;
    private int runFrom;
    private int runTo;
    private int runs;

    /** Where the bytes of a chunk belong, and how long their record is. */
    record Part(int offset, int total) {}

    /** Begins a frame, with room for so many records and bytes. */
    public void begin(int newSession, long nextNumber, int roomForRecords, int roomForBytes) {
        session = newSession;
        firstNumber = nextNumber;
        maxRecords = roomForRecords;
        maxBytes = roomForBytes;
        records = 0;
        bytes = 0;
        leases = 0;
        epoch = 0;
        settledUpTo = 0;
        lowWater = Position.ZERO;
        gap = null;
        lease = null;
        part = null;
        runSegment = null;
        runs = 0;
        if (scratch != null) {
            scratch.clear();
        }
        head.clear().position(DataHead.BYTES);
    }

    @Override
    public long nextNumber() {
        return firstNumber + records;
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
        records += count;
        bytes += to - from;
        if (segment == runSegment && from == runTo) {
            runTo = to;
            return;
        }
        endRun();
        runSegment = segment;
        runFrom = from;
        runTo = to;
    }

    @Override
    public void leased(Segment segment, int from, int to, Lease line) {
        lease(line);
        records(segment, from, to, 1);
        if (leases == MAX_LEASED) {
            maxRecords = records;
        }
    }

    void lease(Lease line) {
        lease = line;
        line.put(head);
        leases++;
    }

    /** Makes the frame a chunk. */
    void chunk(Segment segment, int from, int to, Part where) {
        part = where;
        records(segment, from, to, 1);
    }

    /** Takes out the only record of this frame, which is too large for one. */
    LargeRecord cut(long now) {
        Segment segment = runSegment;
        if (segment == null || records != 1) {
            throw new IllegalStateException(records + " records in a frame of " + bytes + " bytes, expected one");
        }
        return new LargeRecord(segment, runFrom, runTo, new LargeRecord.Head(epoch, settledUpTo, lowWater), lease, now);
    }

    private void endRun() {
        Segment segment = runSegment;
        if (segment == null) {
            return;
        }
        runs++;
        int length = runTo - runFrom;
        ByteBuffer copy = runs > FEW_RUNS && length <= SMALL_RUN ? scratchFor(length) : null;
        if (copy != null) {
            int at = copy.position();
            copy.put(at, segment.buffer(), runFrom, length).position(at + length);
            frame.add(copy.duplicate().position(at).limit(at + length));
        } else {
            segment.pin();
            pinned.add(segment);
            frame.add(segment.buffer().duplicate().position(runFrom).limit(runTo));
        }
        runSegment = null;
    }

    private @Nullable ByteBuffer scratchFor(int length) {
        ByteBuffer room = scratch;
        if (room == null) {
            room = ByteBuffer.allocateDirect(64 * 1024).order(ByteOrder.LITTLE_ENDIAN);
            scratch = room;
        }
        return room.remaining() >= length ? room : null;
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
        gap = new Gap(session, firstNumber, reason, from, to, missing.count(), missing.exactness()).encode();
    }

    /** How many session numbers the frame takes; 0 when nothing was put into it. */
    public int items() {
        return gap != null ? 1 : records;
    }

    /** How many bytes of records it holds. */
    public int recordBytes() {
        return bytes;
    }

    /** Ends the frame. The head comes first on the wire, so it is put before the runs that were gathered. */
    public OutFrame finish(long nowMillis) {
        if (gap != null) {
            frame.add(gap);
            return frame;
        }
        endRun();
        Part chunk = part;
        if (chunk != null) {
            Chunk.put(head, chunk.offset, chunk.total);
        }
        int headLength = head.position();
        head.position(0);
        DataHead.put(head, (leases > 0 ? FrameHeader.LEASED : 0) | (chunk != null ? FrameHeader.CHUNK : 0), session);
        DataHead.numbers(head, firstNumber, records, epoch);
        DataHead.marks(head, settledUpTo, lowWater, nowMillis);
        head.position(0).limit(headLength);
        frame.addFirst(head);
        return frame;
    }

    /** The frame as it was finished. */
    public OutFrame frame() {
        return frame;
    }

    /** The frame is gone, or given up: lets go of the segments. */
    public void release() {
        for (int i = 0; i < pinned.size(); i++) {
            pinned.get(i).unpin();
        }
        pinned.clear();
        frame.clear();
        runSegment = null;
    }
}
