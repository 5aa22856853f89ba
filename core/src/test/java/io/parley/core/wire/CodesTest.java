package io.parley.core.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parley.core.channel.GapReason;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Constants whose place among their kind goes over the wire: only ever added at the end. */
class CodesTest {
    @Test
    void shouldKeepTheCodesOfConstants() {
        assertCodes("TOPIC QUEUE SERVICE", Kind.values());
        assertCodes("BEST_EFFORT RELIABLE DURABLE", Mode.values());
        assertCodes("OVERFLOW INBOX_FULL EXPIRED RETENTION EVICTED CORRUPT SENDER_LOST", GapReason.values());
        assertCodes(
                "MALFORMED UNSUPPORTED SELF WRONG_GROUP DUPLICATE_LINK DUPLICATE_IDENTITY STALE_EPOCH"
                        + " TOO_MANY_PEERS CLOSING",
                Reject.Reason.values());
        assertCodes(
                "NOT_OFFERED MODE_MISMATCH CODEC_MISMATCH SUBSCRIPTION_IN_USE TOO_MANY_READERS FORBIDDEN CLOSING",
                Refused.Reason.values());
        assertCodes("CLOSED WITHDRAWN DRAINING STOPPED", Detach.Reason.values());
        assertCodes("READER SENDER", Detach.Side.values());
        assertCodes("DONE RETRY DEAD RETURNED EXPIRED", Settle.Outcome.values());
        assertCodes("OFFERED WITHDRAWN", Offer.Change.values());
    }

    @Test
    void shouldKeepTheCodesOfFrameTypes() {
        String codes = Arrays.stream(FrameType.values())
                .map(type -> type.code() + " " + type)
                .collect(Collectors.joining(", "));

        assertEquals(
                "1 HELLO, 2 WELCOME, 3 REJECT, 4 OFFER, 5 ATTACH, 6 ATTACHED, 7 REFUSED, 8 DETACH, 9 DATA, 10 GAP,"
                        + " 11 ACK, 12 SETTLE, 13 RENEW, 14 REQUEST, 15 REPLY, 16 CANCEL, 17 PING, 18 PONG, 19 DRAIN,"
                        + " 20 BYE, 21 HANDSHAKE, 22 GRANT",
                codes);
    }

    @Test
    void shouldKnowNoTypeBeyondThose() {
        assertEquals(null, FrameType.of(0));
        assertEquals(null, FrameType.of(-1));
        assertEquals(null, FrameType.of(23));
        assertEquals(null, FrameType.of(FrameType.SKIPPABLE));
        for (FrameType type : FrameType.values()) {
            assertEquals(type, FrameType.of(type.code()));
        }
    }

    @Test
    void shouldRefuseACodeThatIsNotDefinedYet() {
        var frame = Golden.read("detach").put(FrameHeader.BYTES + 1, (byte) 4);

        MalformedFrame refused = assertThrows(MalformedFrame.class, () -> Detach.decode(frame));
        assertEquals("code 4, expected less than 4", refused.getMessage());
    }

    /** It would not move the session on, and who reads its first record would read past its end. */
    @Test
    void shouldRefuseDataWithoutRecords() {
        var frame = ByteBuffer.allocate(DataHead.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        DataHead.put(frame, 0, 9);
        DataHead.numbers(frame, 1, 0, 7);

        assertThrows(MalformedFrame.class, () -> DataHead.check(frame.flip()));
    }

    private static void assertCodes(String expected, Enum<?>... values) {
        assertEquals(expected, Arrays.stream(values).map(Enum::name).collect(Collectors.joining(" ")));
    }
}
