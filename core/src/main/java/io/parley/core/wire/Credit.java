package io.parley.core.wire;

/**
 * What a receiver allows: absolute, counted from the start of the session, so that a grant lost or repeated does no harm.
 *
 * @param number the highest session number that may be sent
 * @param bytes how many bytes of records may be sent in all; the last frame may go beyond it by less than its own length
 */
public record Credit(long number, long bytes) {
    void put(FrameWriter out) {
        out.u64(number).u64(bytes);
    }

    static Credit take(FrameReader in) {
        return new Credit(in.u64(), in.u64());
    }

    /** The larger of both, number by number: grants never shrink. */
    public Credit max(Credit other) {
        return other.number <= number && other.bytes <= bytes
                ? this
                : new Credit(Math.max(number, other.number), Math.max(bytes, other.bytes));
    }
}
