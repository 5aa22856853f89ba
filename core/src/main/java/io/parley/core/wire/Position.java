package io.parley.core.wire;

/**
 * A place in a sender's log of a channel: compared by epoch first, then by lsn, both unsigned. Never a bare lsn: a power
 * cut may make a later epoch use the numbers of an earlier one again.
 *
 * @param epoch the run that appended
 * @param lsn the place
 */
public record Position(long epoch, long lsn) implements Comparable<Position> {
    /** Before everything. */
    public static final Position ZERO = new Position(0, 0);

    static final int BYTES = 16;

    void put(FrameWriter out) {
        out.u64(epoch).u64(lsn);
    }

    static Position take(FrameReader in) {
        return new Position(in.u64(), in.u64());
    }

    @Override
    public int compareTo(Position other) {
        int byEpoch = Long.compareUnsigned(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compareUnsigned(lsn, other.lsn);
    }
}
