package io.parley.tools;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Kind;
import io.parley.core.channel.MessageId;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import java.util.List;

/**
 * An id of a dead letter as people give it: as it is printed, or its end, from the queue on.
 *
 * @param node as text; empty when it was left out
 * @param queue the queue
 * @param epoch the sender's run
 * @param lsn the place
 */
record DeadLetterId(String node, String queue, long epoch, long lsn) {
    static final String DESCRIPTION = "As 'dead ls' prints it, or its end: QUEUE/EPOCH/LSN.";

    private static final int PARTS = 3;

    static DeadLetterId parse(String text) {
        List<String> parts = List.of(text.split("/", -1));
        int queue = parts.size() - PARTS;
        try {
            if (queue == 0 || queue == 1) {
                String node = queue == 0 ? "" : parts.get(0);
                ChannelId.checkName(parts.get(queue));
                return new DeadLetterId(
                        node,
                        parts.get(queue),
                        Long.parseUnsignedLong(parts.get(queue + 1)),
                        Long.parseUnsignedLong(parts.get(queue + 2)));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new ParleyException(
                ErrorCode.INVALID_ARGUMENT, "'" + text + "' is no id of a message, expected NODE/QUEUE/EPOCH/LSN");
    }

    ChannelId channel() {
        return new ChannelId(Kind.QUEUE, queue);
    }

    boolean is(MessageId id) {
        return (node.isEmpty() || node.equals(id.node().toString()))
                && queue.equals(id.channel().name())
                && epoch == id.epoch()
                && lsn == id.lsn();
    }

    /** The message of this node. */
    MessageId at(NodeId owner) {
        MessageId id = new MessageId(owner, channel(), epoch, lsn);
        if (!is(id)) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the directory is that of node " + owner + ", the id names node " + node);
        }
        return id;
    }
}
