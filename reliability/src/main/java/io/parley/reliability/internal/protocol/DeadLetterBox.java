package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Death;
import io.parley.core.log.Segment;
import io.parley.core.wire.Position;
import java.util.function.Consumer;

/**
 * Where messages are kept that a queue gave up. Belongs to the loop thread; nothing here waits for a disk.
 */
public interface DeadLetterBox {
    /** Gives the ids of those that earlier runs left here. Before the first {@link #keep}. */
    void replay(Consumer<Position> visitor);

    /**
     * Keeps one, in the background.
     *
     * @param letter stays readable where it stands until it is kept
     * @return its ticket: rising, never 0
     */
    long keep(Letter letter);

    /** The ticket up to which they are kept, whatever happens. It moves by itself; the loop is woken then. */
    long keptUpTo();

    /** How many are here. Any thread. */
    long count();

    /**
     * A message that was given up.
     *
     * @param id which
     * @param in the segment of the queue's log that holds it
     * @param offset where its record begins there
     * @param death why
     */
    record Letter(Position id, Segment in, int offset, Death death) {
        /** The length of the record. */
        public int length() {
            return io.parley.core.log.Record.length(in.buffer(), offset);
        }
    }
}
