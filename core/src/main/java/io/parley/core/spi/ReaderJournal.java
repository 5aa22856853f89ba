package io.parley.core.spi;

import io.parley.core.channel.ChannelId;
import io.parley.core.identity.NodeId;
import io.parley.core.wire.Position;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a reader of a DURABLE topic keeps of its own, over its runs: how far it is with each sender, and what its transactions
 * send. A message counts as settled for ever together with all that was to be sent with it, or neither does. What is sent is
 * appended to its channel's log after that, once, whatever crashes; in the order in which it was settled.
 *
 * <p>Entries gather, and become safe in the background; nobody may be told of them before that. A crash takes back those that
 * are not, always from the end.
 */
public interface ReaderJournal {
    /** The most bytes that may be sent with one message: records, and {@link #OUTPUT_HEAD} for each. */
    int MOST_OUTPUT = 250_000;

    /** What a record takes besides. */
    int OUTPUT_HEAD = 256;

    /**
     * What is sent with a message.
     *
     * @param channel a DURABLE one that this node sends on
     * @param record as it stands in a log, from position to limit; lsn and time are given to it later
     */
    record Output(ChannelId channel, ByteBuffer record) {}

    /** The last message of this sender that was settled; {@link Position#ZERO} for none. Any thread. */
    Position latest(NodeId sender);

    /** The last message of this sender that is settled for ever; {@link Position#ZERO} for none. Any thread. */
    Position safe(NodeId sender);

    /**
     * All of a sender up to this message is settled. One thread at a time; does not wait.
     *
     * @param outputs what is sent with it, {@link #MOST_OUTPUT} bytes at most
     * @return the number of this entry: rising, never 0
     */
    long settle(NodeId sender, Position upTo, List<Output> outputs);

    /** The number of the last entry; 0 for none. Any thread. */
    long lastEntry();

    /** The number up to which entries are safe. It moves by itself, and the listener is told. Any thread. */
    long safeUpTo();

    /** Whether outputs should be settled now; not while too many have no place in their channels' logs yet. Any thread. */
    boolean hasRoom();

    /** Its reader is closed. What was settled goes its way. */
    void close();
}
