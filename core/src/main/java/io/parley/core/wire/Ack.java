package io.parley.core.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a receiver has done, and what it allows.
 *
 * <pre>
 *   header (session) | processed u64 | n u16, n × (from u64 | to u64) | started u64 | credit
 * </pre>
 *
 * @param session the session
 * @param processed the highest number up to which everything was processed; 0 on best effort sessions
 * @param ranges further numbers that were processed
 * @param started the highest number that may have begun to run; queues only
 * @param credit the whole grant so far
 */
public record Ack(int session, long processed, List<Range> ranges, long started, Credit credit) {
    private static final int MAX_RANGES = 1_000;

    /**
     * Numbers in a row.
     *
     * @param from the first
     * @param to the last
     */
    public record Range(long from, long to) {}

    public Ack {
        ranges = List.copyOf(ranges);
    }

    /** An acknowledgement that grants credit and nothing else. */
    public static Ack ofCredit(int session, Credit credit) {
        return new Ack(session, 0, List.of(), 0, credit);
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        FrameWriter out =
                new FrameWriter(FrameType.ACK, 0, session).u64(processed).u16(ranges.size());
        ranges.forEach(r -> out.u64(r.from).u64(r.to));
        out.u64(started);
        credit.put(out);
        return out.done();
    }

    /** Reads the frame. */
    public static Ack decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        long processed = in.u64();
        int n = in.count(16);
        if (n > MAX_RANGES) {
            throw new MalformedFrame(n + " ranges, expected at most " + MAX_RANGES);
        }
        List<Range> ranges = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            ranges.add(new Range(in.u64(), in.u64()));
        }
        return new Ack(FrameHeader.session(frame), processed, ranges, in.u64(), Credit.take(in));
    }
}
