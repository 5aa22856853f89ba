package io.parley.core.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Outgoing;
import io.parley.core.Stage;
import io.parley.core.Topic;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.log.BlockPool;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.log.RingLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ChannelTest {
    private final FakePort port = new FakePort();
    private final RingLog log = new RingLog(1024 * 1024, new BlockPool(1024 * 1024));
    private final Channel<String> channel = channel(Codec.utf8());

    @Test
    void shouldAppendAPlainValue() {
        assertEquals(1, channel.append("hello", null));
        assertEquals(2, channel.append("", null));

        LogCursor cursor = cursor();
        ByteBuffer bytes = cursor.segment().buffer();
        assertEquals(0, Record.flags(bytes, 0));
        assertEquals(1, Record.lsn(bytes, 0));
        assertEquals(port.time, Record.time(bytes, 0));
        assertEquals(Record.FIXED + 5, Record.length(bytes, 0));
        assertEquals("hello", text(bytes, Record.payload(bytes, 0), 5));
        cursor.next();
        assertEquals(Record.FIXED, Record.length(bytes, cursor.offset()));
    }

    @Test
    void shouldAskForTheTimeOnlyWhereTheLoopDoesNotMindTheChannel() {
        channel.append("first", null);
        channel.append("second", null);
        channel.rest();
        port.time += 5_000;
        channel.append("third", null);

        LogCursor cursor = cursor();
        ByteBuffer bytes = cursor.segment().buffer();
        assertEquals(port.time - 5_000, Record.time(bytes, 0));
        cursor.next();
        assertEquals(port.turnTime, Record.time(bytes, cursor.offset()));
        cursor.next();
        assertEquals(port.time, Record.time(bytes, cursor.offset()));
    }

    @Test
    void shouldAppendEveryOption() {
        channel.append(
                Outgoing.of("v")
                        .subject("eu.zürich")
                        .key("k-\uD83D\uDE80")
                        .header("trace", "t1")
                        .header("ü", "")
                        .ttl(Duration.ofMinutes(1)),
                null);

        ByteBuffer bytes = cursor().segment().buffer();
        assertEquals(Record.length(bytes, 0), Record.check(bytes, 0, Record.length(bytes, 0)));
        assertEquals(port.time + 60_000, Record.expiry(bytes, 0));
        assertEquals("k-\uD83D\uDE80", string(bytes, Record.key(bytes, 0)));
        assertEquals("eu.zürich", string(bytes, Record.subject(bytes, 0)));
        int headers = Record.headers(bytes, 0);
        assertEquals(2, Record.stringLength(bytes, headers));
        assertEquals("trace", string(bytes, headers + 2));
        assertEquals("v", text(bytes, Record.payload(bytes, 0), 1));
        assertTrue(log.expiring());
    }

    @Test
    void shouldTakeALifetimeBeyondAllTimeAsNone() {
        channel.append(Outgoing.of("v").ttl(Duration.ofSeconds(Long.MAX_VALUE)), null);
        channel.append(Outgoing.of("v").ttl(Duration.ofMillis(Long.MAX_VALUE)), null);

        LogCursor cursor = cursor();
        ByteBuffer bytes = cursor.segment().buffer();
        assertEquals(Long.MAX_VALUE, Record.expiry(bytes, 0));
        cursor.next();
        assertEquals(Long.MAX_VALUE, Record.expiry(bytes, cursor.offset()));
    }

    @Test
    void shouldSendTheLargestMessageAndNoLargerOne() {
        int most = RingLog.MAX_RECORD - Record.FIXED;
        assertEquals(1, channel.append("x".repeat(most), null));

        ParleyException refused = assertThrows(ParleyException.class, () -> channel.append("x".repeat(most + 1), null));
        assertEquals(ErrorCode.MESSAGE_TOO_LARGE, refused.code());
        assertTrue(refused.getMessage().contains("maxMessage=16810008")
                && refused.getMessage().contains("send less"));
        assertEquals(2, channel.append("fits", null), "the channel goes on");
    }

    @Test
    void shouldRefuseOptionsBeyondTheirLimit() {
        Outgoing<String> message = Outgoing.of("v");
        for (int i = 0; i < 9; i++) {
            message = message.header("h" + i, "x".repeat(Outgoing.MAX_TEXT));
        }
        Outgoing<String> large = message;

        ParleyException refused = assertThrows(ParleyException.class, () -> channel.append(large, null));
        assertEquals(ErrorCode.MESSAGE_TOO_LARGE, refused.code());
        assertTrue(refused.getMessage().contains("the limit is " + Record.MAX_OPTIONS), refused.getMessage());
    }

    @Test
    void shouldSayWhichCodecFailedAndGoOn() {
        Channel<String> failing = channel(new Scripted((value, out) -> {
            out.put((byte) 1);
            if (value.equals("bad")) {
                throw new IllegalArgumentException("no such field");
            }
        }));
        ParleyException refused = assertThrows(ParleyException.class, () -> failing.append("bad", null));

        assertEquals(ErrorCode.ENCODING_FAILED, refused.code());
        assertTrue(refused.getMessage().contains("codec scripted failed") && refused.getCause() != null);
        assertEquals(1, failing.append("good", null));
        assertEquals(2, log.endLsn());
    }

    @Test
    void shouldRefuseACodecThatSendsOnTheSameChannel() {
        List<Channel<String>> self = new java.util.ArrayList<>();
        Channel<String> entered =
                channel(new Scripted((value, out) -> self.get(0).append("again", null)));
        self.add(entered);
        ParleyException refused = assertThrows(ParleyException.class, () -> entered.append("once", null));

        assertEquals(ErrorCode.ENCODING_FAILED, refused.code());
        ParleyException cause = (ParleyException) refused.getCause();
        assertEquals(ErrorCode.INVALID_ARGUMENT, cause.code());
        assertTrue(cause.getMessage().contains("send from elsewhere"));
        assertEquals(1, log.nextLsn());
    }

    @Test
    void shouldSayFullAndTakeMoreOnceThereIsRoom() {
        String large = "x".repeat(10_000);
        long last = 0;
        for (long lsn = channel.append(large, null); lsn != Channel.FULL; lsn = channel.append(large, null)) {
            last = lsn;
        }
        assertTrue(last > 50, "appended " + last);
        assertEquals(last + 1, channel.nextLsn());
        log.trim(last);

        assertEquals(last + 1, channel.append(large, null));
    }

    @Test
    void shouldLeaveAHoleForWhatThePolicyDropped() {
        channel.append("a", null);
        channel.drop();
        channel.drop();
        assertEquals(4, channel.append("b", null));

        assertEquals(2, channel.dropped());
        assertEquals(4, log.skippedTo());
        LogCursor cursor = cursor();
        cursor.next();
        assertTrue(cursor.hasNext());
        assertEquals(4, cursor.lsn());
    }

    @Test
    void shouldWakeTheLoopOnceUntilItRests() {
        channel.append("a", null);
        channel.append("b", null);
        assertEquals(List.of(channel), port.woken);
        channel.rest();
        assertTrue(channel.rouse());
        assertFalse(channel.rouse());
        channel.append("c", null);
        assertEquals(1, port.woken.size());
        channel.rest();
        channel.append("d", null);
        assertEquals(2, port.woken.size());
        assertFalse(channel.rouse(), "the appender was faster");
    }

    @Test
    void shouldTakeNothingOnceClosed() {
        channel.append("a", null);
        channel.close();
        assertTrue(channel.closed());
        assertEquals(1, port.signals);
        ParleyException refused = assertThrows(ParleyException.class, () -> channel.append("b", null));
        assertEquals(ErrorCode.CLOSED, refused.code());
        channel.drop();
        assertEquals(2, log.nextLsn(), "a drop after the close leaves the log alone");
        assertEquals(0, channel.dropped());
    }

    @Test
    void shouldKeepReceiptsByTheirMessages() {
        PendingReceipt first = new PendingReceipt(Stage.PROCESSED);
        PendingReceipt second = new PendingReceipt(Stage.PROCESSED);
        channel.append("a", first);
        channel.append("b", null);
        channel.append("c", second);

        assertFalse(channel.receipts().hasRoom());
        assertSame(first, channel.receipts().find(1));
        assertSame(first, channel.receipts().take(1));
        assertNull(channel.receipts().take(1));
        assertNull(channel.receipts().take(2));
        assertTrue(channel.receipts().hasRoom());
        assertEquals(List.of(second), channel.receipts().takeAll());
        assertTrue(channel.receipts().isEmpty());
    }

    @Test
    void shouldPublishWhatTheLoopKnows() {
        channel.publish(7, 5, 2);
        assertEquals(7, channel.flushed());
        assertEquals(5, channel.settled());
        assertEquals(2, channel.readers());
        assertEquals(1, port.signals);
    }

    private Channel<String> channel(Codec<String> codec) {
        return new Channel<>(Topic.of("ticks", codec).settings(), codec, log, port, 2);
    }

    private LogCursor cursor() {
        LogCursor cursor = new LogCursor(log, 1);
        assertTrue(cursor.hasNext());
        return cursor;
    }

    private static String string(ByteBuffer bytes, int at) {
        return text(bytes, at + 2, Record.stringLength(bytes, at));
    }

    private static String text(ByteBuffer bytes, int at, int length) {
        byte[] copy = new byte[length];
        bytes.get(at, copy);
        return new String(copy, UTF_8);
    }

    private record Scripted(BiConsumer<String, ByteBuffer> encoding) implements Codec<String> {
        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public long fingerprint() {
            return 1;
        }

        @Override
        public void encode(String value, ByteBuffer out) {
            encoding.accept(value, out);
        }

        @Override
        public String decode(ByteBuffer in) {
            throw new IllegalStateException("not asked for");
        }
    }
}
