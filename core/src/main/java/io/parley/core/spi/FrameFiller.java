package io.parley.core.spi;

import io.parley.core.channel.GapReason;
import io.parley.core.log.Segment;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Lease;
import io.parley.core.wire.Position;

/**
 * One frame of a session, empty, to be filled by {@link OutletSession#fill}: either with records, or with one GAP. Belongs to
 * the loop.
 */
public interface FrameFiller {
    /** The session number that the next item added will have. */
    long nextNumber();

    /** How many more records credit and frame allow. At least 1 when {@code fill} is called. */
    int roomForRecords();

    /**
     * How many more bytes of records credit and frame allow. A first record that is larger may be added all the same: the
     * frame is then full, or the record travels in as many frames as it needs.
     */
    int roomForBytes();

    /**
     * Adds records that follow one another in one segment, without a copy; the segment is pinned until the frame is gone.
     *
     * @param from the offset of the first
     * @param to the offset behind the last
     * @param count how many they are
     */
    void records(Segment segment, int from, int to, int count);

    /** Adds one record and its line of the lease table. Either all records of a frame are leased or none is. */
    void leased(Segment segment, int from, int to, Lease lease);

    /** The epoch in which all records of this frame were appended. */
    void epoch(long epoch);

    /** What the receiver may forget, see {@link io.parley.core.wire.DataHead}. Zero and {@link Position#ZERO} when not called. */
    void marks(long settledUpTo, Position lowWater);

    /** Makes the frame a GAP. */
    void gap(GapReason reason, Position from, Position to, Missing missing);

    /**
     * How many messages a GAP stands for.
     *
     * @param count how many
     * @param exactness whether that is exact
     */
    record Missing(long count, Gap.Exactness exactness) {}
}
