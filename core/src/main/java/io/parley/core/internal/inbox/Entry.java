package io.parley.core.internal.inbox;

import io.parley.core.spi.InFrame;
import io.parley.core.wire.Gap;
import org.jspecify.annotations.Nullable;

/** What waits in an inbox: a frame of records, some records of a frame, or a gap. */
final class Entry {
    private final SessionLine line;
    private final @Nullable InFrame frame;
    private final int @Nullable [] offsets;
    private final @Nullable Gap gap;
    private final long firstNumber;
    private final int count;
    private final int bytes;

    private Entry(
            SessionLine line,
            @Nullable InFrame frame,
            int @Nullable [] offsets,
            @Nullable Gap gap,
            long firstNumber,
            int count) {
        this.line = line;
        this.frame = frame;
        this.offsets = offsets;
        this.gap = gap;
        this.firstNumber = firstNumber;
        this.count = count;
        bytes = frame == null ? 0 : frame.buffer().remaining();
    }

    static Entry ofFrame(SessionLine line, InFrame frame, long firstNumber, int count) {
        return new Entry(line, frame, null, null, firstNumber, count);
    }

    /** Those records of a frame that begin at these offsets. */
    static Entry ofSome(SessionLine line, InFrame frame, int[] offsets, long firstNumber) {
        return new Entry(line, frame, offsets, null, firstNumber, offsets.length);
    }

    static Entry ofGap(SessionLine line, Gap gap) {
        return new Entry(line, null, null, gap, gap.number(), 1);
    }

    SessionLine line() {
        return line;
    }

    @Nullable InFrame frame() {
        return frame;
    }

    int @Nullable [] offsets() {
        return offsets;
    }

    @Nullable Gap gap() {
        return gap;
    }

    long firstNumber() {
        return firstNumber;
    }

    int count() {
        return count;
    }

    /** How many messages wait in it. */
    int messages() {
        return gap == null ? count : 0;
    }

    /** How many bytes its frame takes, whoever else holds it. */
    int bytes() {
        return bytes;
    }

    void release() {
        if (frame != null) {
            frame.release();
        }
    }
}
