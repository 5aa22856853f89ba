package io.parley.core.internal.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Kind;
import io.parley.core.codec.Codec;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.inbox.InboundMessage.History;
import io.parley.core.log.Record;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class InboundMessageTest {
    private static final Instant FIRST = Instant.ofEpochMilli(1_700_000_000_123L);
    private static final long LSN = 41;

    @Test
    void shouldKeepTheTimeOfAMessageFarFromTheFirstOfItsFrame() {
        for (Duration after :
                new Duration[] {Duration.ZERO, Duration.ofDays(3), Duration.ofDays(60), Duration.ofDays(-60)}) {
            InboundMessage<String> message = read(LSN + 1, FIRST.plus(after));
            assertEquals(FIRST.plus(after), message.time());
            assertEquals(LSN + 1, message.id().lsn());
        }
    }

    @Test
    void shouldKeepTheIdOfAMessageFarFromTheFirstOfItsFrame() {
        assertEquals(LSN + (1L << 40), read(LSN + (1L << 40), FIRST).id().lsn());
    }

    private static InboundMessage<String> read(long lsn, Instant time) {
        byte[] payload = "hello".getBytes(UTF_8);
        int length = Record.FIXED + payload.length;
        ByteBuffer record = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        record.put(Record.FIXED, payload);
        Record.writeShape(record, 0, length, 0);
        Record.writePlace(record, 0, lsn, time.toEpochMilli());
        Batch batch = new Batch(
                new InboxWorld.Sender(new NodeId(5, 5)),
                new ChannelId(Kind.TOPIC, "ticks"),
                7,
                LSN,
                FIRST.toEpochMilli());
        return InboundMessage.read(Codec.utf8(), batch, record, History.FIRST);
    }
}
