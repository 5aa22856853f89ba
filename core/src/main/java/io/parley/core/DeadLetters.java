package io.parley.core;

import io.parley.core.channel.MessageId;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The messages of a DURABLE queue that were given up, in the data directory of the node that sent them: those that failed or
 * killed their workers too often, were rejected, or outlived their time. There they stay until they are redriven or discarded,
 * as long as the queue's retention lets them, see {@link WorkQueue#keepDead}.
 *
 * <p>Thread-safe. Every method may wait for the disk, and throws a {@code ParleyException}: DISK_FAILED, CLOSED;
 * DECODING_FAILED when the queue's codec cannot read a value.
 *
 * @param <T> the type of the values
 */
public interface DeadLetters<T> {
    /** The header in which a message that was redriven says which one it was before, as {@link MessageId#toString} does. */
    String ORIGIN_ID = "originId";

    /** How many there are. */
    long count();

    /** Shows all of them, in the order in which they were sent. What is added or removed meanwhile may be shown or not. */
    void forEach(Consumer<DeadLetter<T>> visitor);

    /** The one with this id. */
    Optional<DeadLetter<T>> find(MessageId id);

    /**
     * Sends one again: with its subject, key and headers, under a new id, with no attempts and no deaths. The header {@link
     * #ORIGIN_ID} says which message it was first. A time to live begins anew. When this returns, the message is in the journal
     * and no dead letter any more; a crash in between leaves it both, so whoever must not do it twice looks at the header.
     *
     * @return the new id
     * @throws io.parley.core.error.ParleyException also INVALID_ARGUMENT when there is no such letter; LOG_FULL, TIMEOUT as
     *     for {@link Sender#send(Object)}
     */
    MessageId redrive(MessageId id);

    /**
     * Removes one, for ever.
     *
     * @return whether it was there
     */
    boolean discard(MessageId id);
}
