package io.parley.core.channel;

import io.parley.core.identity.NodeId;

/**
 * Which message this is, among all messages of all nodes and runs. It serves duplicates, receipts and resuming, nothing
 * else: it says nothing about order between senders.
 *
 * @param node the sender
 * @param channel the channel
 * @param epoch the sender's run that appended the message
 * @param lsn the place in the sender's log of this channel
 */
public record MessageId(NodeId node, ChannelId channel, long epoch, long lsn) {
    @Override
    public String toString() {
        return node + "/" + channel.name() + "/" + Long.toUnsignedString(epoch) + "/" + Long.toUnsignedString(lsn);
    }
}
