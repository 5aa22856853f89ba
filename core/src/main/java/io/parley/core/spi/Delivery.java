package io.parley.core.spi;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.log.Log;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a mode does: opens the log of a channel, decides what moves its readers' cursors, and what a receiver keeps. Found by
 * {@link java.util.ServiceLoader}, or given to the builder. One object serves one node.
 */
public interface Delivery {
    /** Whether this serves the senders of channels of that kind and mode. */
    boolean serves(Kind kind, Mode mode);

    /** Whether this serves readers of such channels: those that it serves at their senders, unless it says otherwise. */
    default boolean reads(Kind kind, Mode mode) {
        return serves(kind, mode);
    }

    /**
     * Opens the log of a channel. May wait for a disk.
     *
     * @param listener told of what happens to the log later
     * @throws io.parley.core.error.ParleyException CODEC_MISMATCH when messages wait in it that the channel's codec does not read
     */
    Log openLog(ChannelSettings settings, LogListener listener);

    /** Opens the sending side of a channel. */
    Outlet outlet(ChannelSettings settings, Log log, OutletListener listener);

    /** The messages of a queue that were given up, where they are kept: of the channel whose log this is. Null where not. */
    default @Nullable DeadRecords deadRecords(Log log) {
        return null;
    }

    /** The channels that earlier runs left, and this one opened, as they were opened last. May wait for a disk. */
    default List<ChannelSettings> stored() {
        return List.of();
    }

    /**
     * Opens what a reader of a topic keeps of its own. May wait for a disk.
     *
     * @param listener told when more is safe, and of what happens to it
     * @return null when this delivery keeps nothing for its readers; so by default
     */
    default @Nullable ReaderJournal readerJournal(ReaderSettings settings, LogListener listener) {
        return null;
    }

    /** Opens a reader of a topic. */
    Inlet topicInlet(ReaderSettings settings, TopicInbox inbox, InletListener listener);

    /** Opens a member of a queue. The inlet hears of the ends of its runs. */
    QueueInlet queueInlet(ReaderSettings settings, Workers workers, InletListener listener);

    /** A queue's inlet. */
    interface QueueInlet extends Inlet, Workers.WorkListener {}
}
