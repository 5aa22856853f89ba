package io.parley.core.internal.inbox;

import io.parley.core.Peer;
import io.parley.core.channel.ChannelId;
import org.jspecify.annotations.Nullable;

/**
 * What the messages of one frame have in common.
 *
 * @param from their sender
 * @param channel their channel
 * @param epoch the sender's run that appended them
 * @param lsn of the first
 * @param time of the first
 */
record Batch(Peer from, ChannelId channel, long epoch, long lsn, long time) implements Context {
    @Override
    public Batch batch() {
        return this;
    }

    @Override
    public @Nullable Options options() {
        return null;
    }
}
