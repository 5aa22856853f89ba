package io.parley.core;

import io.parley.core.channel.Happening;

/**
 * Something that happened to a node.
 *
 * @param what the kind
 * @param count how often, or how many messages
 * @param peer the name of the peer concerned; empty when there is none
 * @param channel the channel concerned; empty when there is none
 * @param detail for people
 */
public record NodeEvent(Happening what, long count, String peer, String channel, String detail) {
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(what.toString());
        if (!peer.isEmpty()) {
            text.append(" peer=").append(peer);
        }
        if (!channel.isEmpty()) {
            text.append(" channel=").append(channel);
        }
        if (count != 1) {
            text.append(" count=").append(count);
        }
        return detail.isEmpty()
                ? text.toString()
                : text.append(": ").append(detail).toString();
    }
}
