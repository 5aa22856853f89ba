package io.parley.reliability.internal.durable;

import io.parley.core.channel.ChannelId;
import io.parley.core.identity.NodeId;
import io.parley.core.wire.Position;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the entries of an inbox add up to. The thread that commits. */
final class InboxState implements InboxEntry.Visitor {
    private final Map<InboxEntry.Reader, ReaderPlaces> readers = new LinkedHashMap<>();
    private final Map<ChannelId, ChannelOutputs> channels = new LinkedHashMap<>();

    ReaderPlaces places(InboxEntry.Reader reader) {
        return readers.computeIfAbsent(reader, key -> new ReaderPlaces());
    }

    ChannelOutputs outputs(ChannelId channel) {
        return channels.computeIfAbsent(channel, id -> new ChannelOutputs());
    }

    Collection<ChannelOutputs> outputs() {
        return channels.values();
    }

    @Override
    public void settled(InboxEntry.Reader reader, NodeId sender, Position upTo) {
        places(reader).safe(sender, upTo);
    }

    @Override
    public void output(ChannelId channel, long number, ByteBuffer record) {
        outputs(channel).found(number, record);
    }

    @Override
    public void counted(ChannelId channel, long number) {
        outputs(channel).counted(number);
    }

    /** The bytes of the records that are kept. */
    long bytes() {
        long bytes = 0;
        for (ChannelOutputs outputs : channels.values()) {
            for (ChannelOutputs.Numbered one : outputs.kept()) {
                bytes += one.record().remaining();
            }
        }
        return bytes;
    }

    /** Gives all of it: read in this order, after what was there before or alone, it means the same. */
    void write(InboxEntry.Visitor visitor) {
        readers.forEach(
                (reader, places) -> places.forEachSafe((sender, upTo) -> visitor.settled(reader, sender, upTo)));
        channels.forEach((channel, outputs) -> {
            visitor.counted(channel, outputs.sent());
            outputs.kept().forEach(one -> visitor.output(channel, one.number(), one.record()));
        });
    }
}
