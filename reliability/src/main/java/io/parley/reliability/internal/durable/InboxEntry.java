package io.parley.reliability.internal.durable;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Kind;
import io.parley.core.identity.NodeId;
import io.parley.core.wire.Position;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The layout of the entries of an inbox: they stand back to back in the payloads of a log's records. What is in one record is
 * there as a whole, or not at all. Little endian; a name is u16 and UTF-8, a position is epoch u64 and lsn u64. Source:
 * Parley's own, docs/journal.md.
 *
 * <pre>
 *   1 SETTLED  topic name, reader name, sender 16 bytes    the reader has settled all of this sender up to there
 *              big endian, position
 *   2 OUTPUT   kind u8, channel name, number u64,          a transaction sends this: the number counts what all of them
 *              length u32, record                          ever sent to the channel
 *   3 COUNTED  kind u8, channel name, number u64           so much was sent there before, and is in the channel's log
 * </pre>
 */
final class InboxEntry {
    /** SETTLED takes no more. */
    static final int MOST_SETTLED = 1 + 2 * (2 + ChannelId.MAX_NAME) + NodeId.BYTES + 2 * Long.BYTES;

    /** OUTPUT takes no more, but for its record; nor does COUNTED. */
    static final int MOST_HEAD = 1 + 1 + 2 + ChannelId.MAX_NAME + Long.BYTES + Integer.BYTES;

    private static final int SETTLED = 1;
    private static final int OUTPUT = 2;
    private static final int COUNTED = 3;

    private InboxEntry() {}

    /**
     * Which reader.
     *
     * @param topic what it reads
     * @param name its own
     */
    record Reader(ChannelId topic, String name) {}

    /** Takes what {@link #read} finds. */
    interface Visitor {
        void settled(Reader reader, NodeId sender, Position upTo);

        void output(ChannelId channel, long number, ByteBuffer record);

        void counted(ChannelId channel, long number);
    }

    static void settled(ByteBuffer out, Reader reader, NodeId sender, Position upTo) {
        out.put((byte) SETTLED);
        put(out, reader.topic.name());
        put(out, reader.name);
        out.putLong(Long.reverseBytes(sender.high())).putLong(Long.reverseBytes(sender.low()));
        out.putLong(upTo.epoch()).putLong(upTo.lsn());
    }

    static void output(ByteBuffer out, ChannelId channel, long number, ByteBuffer record) {
        put(out.put((byte) OUTPUT), channel);
        out.putLong(number).putInt(record.remaining()).put(record.duplicate());
    }

    static void counted(ByteBuffer out, ChannelId channel, long number) {
        put(out.put((byte) COUNTED), channel);
        out.putLong(number);
    }

    private static void put(ByteBuffer out, ChannelId channel) {
        put(out.put((byte) (channel.kind() == Kind.QUEUE ? 1 : 0)), channel.name());
    }

    private static void put(ByteBuffer out, String name) {
        byte[] bytes = name.getBytes(UTF_8);
        out.putShort((short) bytes.length).put(bytes);
    }

    /** Reads all entries of a payload. What is read was found to be sound. */
    static void read(ByteBuffer in, Visitor visitor) {
        while (in.hasRemaining()) {
            switch (in.get()) {
                case SETTLED -> {
                    Reader reader = new Reader(new ChannelId(Kind.TOPIC, name(in)), name(in));
                    NodeId sender = new NodeId(Long.reverseBytes(in.getLong()), Long.reverseBytes(in.getLong()));
                    visitor.settled(reader, sender, new Position(in.getLong(), in.getLong()));
                }
                case OUTPUT -> visitor.output(channel(in), in.getLong(), record(in));
                case COUNTED -> visitor.counted(channel(in), in.getLong());
                default -> {
                    return; // of a later version: what follows cannot be told apart
                }
            }
        }
    }

    private static ChannelId channel(ByteBuffer in) {
        return new ChannelId(in.get() == 1 ? Kind.QUEUE : Kind.TOPIC, name(in));
    }

    private static String name(ByteBuffer in) {
        byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }

    /** A copy: what is read may go. */
    private static ByteBuffer record(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
