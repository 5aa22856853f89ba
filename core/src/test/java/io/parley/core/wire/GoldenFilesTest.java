package io.parley.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.log.Record;
import io.parley.core.wire.SampleFrames.Sample;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What version 1 looks like on the wire is a promise: these files were not made by the encoders that they check. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class GoldenFilesTest {
    static Stream<Sample> samples() {
        return Stream.concat(SampleFrames.fields().stream(), SampleFrames.attaches().stream());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldWriteFramesAsTheGoldenFileHoldsThem(Sample sample) {
        assertEquals(hex(Golden.read(sample.file())), hex(sample.bytes()));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldReadTheGoldenFile(Sample sample) {
        ByteBuffer frame = Golden.read(sample.file());
        FrameHeader.check(frame);

        assertEquals(sample.value(), sample.decoder().apply(frame));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldReadAFrameThatDoesNotBeginAtZeroAndSkipWhatALaterVersionAdds(Sample sample) {
        ByteBuffer golden = Golden.read(sample.file());
        ByteBuffer frame = ByteBuffer.allocate(golden.remaining() + 11).order(ByteOrder.LITTLE_ENDIAN);
        frame.position(7).put(golden).put((byte) 1).put((byte) 2).flip().position(7);

        assertEquals(sample.value(), sample.decoder().apply(frame));
        assertEquals(7, frame.position(), "a decoder leaves the position alone");
    }

    @Test
    void shouldHaveAGoldenFileForEveryTypeInUse() {
        Set<FrameType> missing = EnumSet.allOf(FrameType.class);
        missing.remove(FrameType.HANDSHAKE);
        samples().forEach(s -> missing.remove(FrameType.of(FrameHeader.typeCode(Golden.read(s.file())))));
        missing.remove(FrameType.of(FrameHeader.typeCode(Golden.read("data"))));

        assertEquals(Set.of(), missing);
    }

    @Test
    void shouldWriteDataAsTheGoldenFilesHoldIt() {
        assertEquals(hex(Golden.read("data")), hex(SampleFrames.data()));
        assertEquals(hex(Golden.read("data-leased")), hex(SampleFrames.leased()));
        assertEquals(hex(Golden.read("data-chunk")), hex(SampleFrames.chunk()));
    }

    @Test
    void shouldReadAChunk() {
        ByteBuffer frame = Golden.read("data-chunk");
        Chunk.check(frame, 1_000);

        assertTrue(Chunk.is(frame));
        assertEquals(4, DataHead.firstNumber(frame));
        assertEquals(new Lease(501, 30_000, 1, 0, Lease.Redelivered.NO), Lease.read(frame, 0));
        assertEquals(600, Chunk.offset(frame));
        assertEquals(1_000, Chunk.total(frame));
        assertEquals("hello", text(frame, Chunk.bytes(frame), frame.limit()));
    }

    @Test
    void shouldReadChunksOfRequestsAndReplies() {
        ByteBuffer request = Golden.read("request-chunk");
        assertTrue(Chunk.is(request));
        Chunk.Part part = Chunk.read(request, Request.decode(request).record(), 1_000);
        assertEquals(new Chunk.Part(600, 1_000, 0x2a, 5), part);
        assertEquals("hello", text(request, part.from(), request.limit()));
        assertThrows(
                MalformedFrame.class,
                () -> Chunk.read(request, Request.decode(request).record(), 999));

        ByteBuffer reply = Golden.read("reply-chunk");
        assertTrue(Chunk.is(reply));
        assertEquals(new Chunk.Part(600, 1_000, 0x1f, 5), Reply.part(reply));
        assertEquals("hello", text(reply, 0x1f, reply.limit()));
    }

    @Test
    void shouldReadDataWithoutLeases() {
        ByteBuffer frame = Golden.read("data");
        DataHead.check(frame);

        assertEquals(9, FrameHeader.session(frame));
        assertEquals(4, DataHead.firstNumber(frame));
        assertEquals(7, DataHead.epoch(frame));
        assertEquals(3, DataHead.settledUpTo(frame));
        assertEquals(new Position(6, 900), DataHead.lowWater(frame));
        assertEquals(SampleFrames.NOW + 5, DataHead.now(frame));
        assertEquals(2, DataHead.count(frame));
        int first = DataHead.recordsOffset(frame);
        assertEquals(DataHead.BYTES, first);
        int second = first + Record.check(frame, first, frame.limit());
        assertEquals(frame.limit(), second + Record.check(frame, second, frame.limit()));
    }

    @Test
    void shouldReadLeases() {
        ByteBuffer frame = Golden.read("data-leased");
        DataHead.check(frame);

        assertEquals(new Lease(501, 30_000, 1, 0, Lease.Redelivered.NO), Lease.read(frame, 0));
        assertEquals(new Lease(502, 29_999, 3, 2, Lease.Redelivered.MAYBE), Lease.read(frame, 1));
        int first = DataHead.recordsOffset(frame);
        assertEquals(DataHead.BYTES + 2 * DataHead.LEASE_BYTES, first);
        int second = first + Record.check(frame, first, frame.limit());
        assertEquals(41, Record.lsn(frame, first));
        assertEquals(43, Record.lsn(frame, second));
        assertEquals(frame.limit(), second + Record.check(frame, second, frame.limit()));
    }

    @Test
    void shouldWriteAndReadAPlainRecord() {
        ByteBuffer written = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        SampleFrames.putPlain(written, 41, SampleFrames.NOW, "hello");
        ByteBuffer record = Golden.read("record-plain");

        assertEquals(hex(record), hex(written.flip()));
        assertEquals(record.limit(), Record.check(record, 0, record.limit()));
        assertEquals(0, Record.flags(record, 0));
        assertEquals(41, Record.lsn(record, 0));
        assertEquals(SampleFrames.NOW, Record.time(record, 0));
        assertEquals(Long.MAX_VALUE, Record.expiry(record, 0));
        assertEquals(List.of(-1, -1, -1), options(record));
        assertEquals("hello", text(record, Record.payload(record, 0), record.limit()));
    }

    @Test
    void shouldWriteAndReadARecordWithEveryOption() {
        ByteBuffer written = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        SampleFrames.putWithOptions(written);
        ByteBuffer record = Golden.read("record-all");

        assertEquals(hex(record), hex(written.flip()));
        assertEquals(record.limit(), Record.check(record, 0, record.limit()));
        assertEquals(42, Record.lsn(record, 0));
        assertEquals(SampleFrames.NOW + 60_000, Record.expiry(record, 0));
        assertEquals("kö", string(record, Record.key(record, 0)));
        assertEquals("eu.usd", string(record, Record.subject(record, 0)));
        int headers = Record.headers(record, 0);
        assertEquals(2, Record.stringLength(record, headers));
        assertEquals("trace", string(record, headers + 2));
        assertEquals("hello", text(record, Record.payload(record, 0), record.limit()));
    }

    @Test
    void shouldRefuseARecordThatIsCutOffAnywhere() {
        ByteBuffer record = Golden.read("record-all");
        for (int limit = 0; limit < record.limit(); limit++) {
            assertEquals(-1, Record.check(record, 0, limit), "limit " + limit);
        }
        for (int options = 0; options < record.limit(); options++) {
            ByteBuffer damaged = Golden.read("record-all").putShort(6, (short) options);
            boolean same = options == Record.optionsLength(record, 0);
            assertTrue(same || Record.check(damaged, 0, damaged.limit()) == -1, "options " + options);
        }
    }

    private static List<Integer> options(ByteBuffer record) {
        return List.of(Record.key(record, 0), Record.subject(record, 0), Record.headers(record, 0));
    }

    private static String string(ByteBuffer record, int at) {
        return text(record, at + 2, at + 2 + Record.stringLength(record, at));
    }

    private static String text(ByteBuffer record, int from, int to) {
        byte[] bytes = new byte[to - from];
        record.get(from, bytes);
        return new String(bytes, UTF_8);
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return HexFormat.ofDelimiter(" ").formatHex(copy);
    }
}
