package io.parley.core.spi;

import io.parley.core.wire.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of a queue that were given up, where a delivery keeps them. Any thread; every method may wait for a disk. */
public interface DeadRecords {
    /** How many there are. Does not wait. */
    long count();

    /**
     * Those that come behind this id.
     *
     * @param most so many at the most
     * @return copies, in the order of their ids
     */
    List<DeadRecord> after(Position id, int most);

    /** The one with this id; a copy. */
    @Nullable DeadRecord find(Position id);

    /**
     * Removes one. When this returns nothing brings it back, and all that was sent before has been forced.
     *
     * @return whether it was there
     */
    boolean remove(Position id, Removal how);

    /** Why one is removed. */
    enum Removal {
        /** Nobody wants it. */
        DISCARDED,
        /** It was sent again. */
        REDRIVEN
    }
}
