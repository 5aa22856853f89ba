package io.parley.core.spi;

import io.parley.core.channel.Death;
import io.parley.core.wire.Position;
import java.util.function.Consumer;

/**
 * The small facts about one channel that its sender must find again after a crash, besides the records themselves: how far
 * readers are, and what became of a queue's messages. Entries are appended lazily. A crash may take back those that were not
 * forced, always from the end: an entry is only there with all before it. Losing entries repeats work and loses nothing, as
 * long as nobody was told what rests on them: so whatever is announced to a peer waits for {@link #forcedUpTo}.
 *
 * <p>A ledger may forget an entry once a later one takes its place (a cursor or the counts, by the same name or id), and
 * everything about an id that is no longer in the log.
 *
 * <p>Belongs to the loop thread. Nothing here waits for a disk.
 */
public interface Ledger {
    /** Gives every entry that was kept, oldest first, as if all were forced. Before the first {@link #append}. */
    void replay(Consumer<Entry> visitor);

    /**
     * Adds an entry, to be written and forced in the background.
     *
     * @return its number: rising, never 0
     */
    long append(Entry entry);

    /** The number up to which entries were forced; 0 when none was. It moves by itself; the loop is woken then. */
    long forcedUpTo();

    /**
     * The number up to which entries outlive this process, though not a power cut. {@link Long#MAX_VALUE} once there is no
     * hope of more: the ledger is closed, or the disk failed.
     */
    long writtenUpTo();

    /** One fact. */
    sealed interface Entry {}

    /**
     * A reader has settled everything up to here.
     *
     * @param reader its name
     * @param upTo the last message that it settled
     */
    record Cursor(String reader, Position upTo) implements Entry {}

    /**
     * A reader is no longer known: its cursor is not kept.
     *
     * @param reader its name
     */
    record Forgotten(String reader) implements Entry {}

    /**
     * A queue's message will not be given to anyone again.
     *
     * @param id which
     * @param end what became of it
     */
    record Settled(Position id, End end) implements Entry {}

    /**
     * A queue's message was tried, and waits for another try.
     *
     * @param id which
     * @param attempts how often its handler failed, in all
     * @param deaths how many holders died while it ran, in all
     * @param notBefore when it may be given out again, in milliseconds since 1970; 0 for at once
     */
    record Counted(Position id, int attempts, int deaths, long notBefore) implements Entry {}

    /**
     * A worker in this process is about to run a queue's message, once this is written: so it is at once. When nothing later
     * is known of it after a crash, that was a death.
     *
     * @param id which
     */
    record Started(Position id) implements Entry {}

    /**
     * A queue's message was tried in vain. The last {@link Death#MAX_FAILURES} of an id are kept.
     *
     * @param id which
     * @param failure what went wrong; of its cause 400 bytes are kept
     */
    record Failed(Position id, Death.Failure failure) implements Entry {}

    /** How a queue's message ended. */
    enum End {
        /** Processed. */
        DONE,
        /** Given up: a dead letter. */
        DEAD,
        /** Its time to live had passed. */
        EXPIRED
    }
}
