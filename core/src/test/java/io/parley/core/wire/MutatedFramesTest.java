package io.parley.core.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.parley.core.error.ParleyException;
import io.parley.core.log.Record;
import io.parley.core.log.RingLog;
import io.parley.core.wire.SampleFrames.Sample;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever comes over the wire is read or refused, and takes no more memory than its own size warrants. The seed is
 * {@code parley.seed}, the number of frames {@code parley.mutations}.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MutatedFramesTest {
    private static final int MUTATIONS = Integer.getInteger("parley.mutations", 1_000_000);
    private static final long SEED = Long.getLong("parley.seed", 20_261_123L);
    /** What an element of one or two bytes on the wire may take as an object, and what an exception and its text take. */
    private static final long BYTES_PER_BYTE = 64;

    private static final long FIXED = 16 * 1024;
    /** Kept, so that no decoder's work can be left out as unused. */
    private long hash;

    @Test
    void shouldReadOrRefuseAnyMutationOfAnyFrame() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Sample> samples = samples();
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Sample sample = samples.get(i % samples.size());
            // most mutations are read as the type that they were, some as any other
            Function<ByteBuffer, ?> decoder = random.nextInt(10) == 0
                    ? samples.get(random.nextInt(samples.size())).decoder()
                    : sample.decoder();
            byte[] mutated = mutate(sample.bytes(), random);
            refused += decode(decoder, mutated, sample.file() + ", mutation " + i + ", seed " + SEED);
        }
        assertTrue(hash != 0, "nothing was decoded");
        assertTrue(refused > MUTATIONS / 20 && refused < MUTATIONS, refused + " refused, seed " + SEED);
    }

    @Test
    void shouldAllocateInProportionToTheFrame() {
        allocating(Long.MAX_VALUE); // the same once before: what a first use loads does not count
        allocating(FIXED);
    }

    private void allocating(long fixed) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SplittableRandom random = new SplittableRandom(SEED);
        List<Sample> samples = samples();
        for (int i = 0; i < MUTATIONS / 10; i++) {
            Sample sample = samples.get(i % samples.size());
            byte[] mutated = mutate(sample.bytes(), random);
            String what = sample.file() + ", mutation " + i + ", seed " + SEED;
            long before = threads.getCurrentThreadAllocatedBytes();
            decode(sample.decoder(), mutated, what);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(
                    allocated - fixed <= BYTES_PER_BYTE * mutated.length,
                    () -> allocated + " bytes for " + mutated.length + ": " + what);
        }
    }

    private static List<Sample> samples() {
        List<Sample> samples = new ArrayList<>(SampleFrames.fields());
        samples.addAll(SampleFrames.attaches());
        samples.add(new Sample("data", "", SampleFrames.data(), MutatedFramesTest::readData));
        samples.add(new Sample("data-leased", "", SampleFrames.leased(), MutatedFramesTest::readData));
        samples.add(new Sample("data-chunk", "", SampleFrames.chunk(), MutatedFramesTest::readChunk));
        ByteBuffer request = Golden.read("request-chunk");
        samples.add(new Sample("request-part", "", request, MutatedFramesTest::readRequestChunk));
        samples.add(new Sample("reply-part", "", Golden.read("reply-chunk"), Reply::part));
        return samples;
    }

    /** Reads a chunk of a request as its replier does. */
    private static Chunk.Part readRequestChunk(ByteBuffer frame) {
        Request request = Request.decode(frame);
        return Chunk.read(frame, frame.position() + request.record(), RingLog.MAX_RECORD);
    }

    /** Reads a chunk as its receiver does: head, lease, place in the record. */
    private static List<Object> readChunk(ByteBuffer frame) {
        Chunk.check(frame, RingLog.MAX_RECORD);
        List<Object> read = new ArrayList<>();
        if (DataHead.isLeased(frame)) {
            read.add(Lease.read(frame, 0));
        }
        int length = frame.limit() - Chunk.bytes(frame);
        if (Chunk.offset(frame) < 0 || Chunk.offset(frame) + length > Chunk.total(frame)) {
            throw new IllegalStateException("bytes beyond their record");
        }
        read.add(frame.get(Chunk.bytes(frame)));
        return read;
    }

    /** Reads a DATA frame as its receiver does: head, leases, then record by record until one is damaged. */
    private static List<Object> readData(ByteBuffer frame) {
        DataHead.check(frame);
        List<Object> read = new ArrayList<>();
        int count = DataHead.count(frame);
        if ((FrameHeader.flags(frame) & FrameHeader.LEASED) != 0) {
            for (int i = 0; i < count; i++) {
                read.add(Lease.read(frame, i));
            }
        }
        int at = DataHead.recordsOffset(frame);
        for (int i = 0; i < count; i++) {
            int length = Record.check(frame, at, frame.limit());
            if (length < 0) {
                throw new MalformedFrame("record " + i);
            }
            read.add(Record.expiry(frame, at));
            touchStrings(frame, at);
            at += length;
        }
        return read;
    }

    private static void touchStrings(ByteBuffer frame, int at) {
        int end = at + Record.length(frame, at);
        for (int option : List.of(Record.key(frame, at), Record.subject(frame, at))) {
            if (option >= 0 && option + 2 + Record.stringLength(frame, option) > end) {
                throw new IllegalStateException("an option beyond its record");
            }
        }
        int next = Record.headers(frame, at);
        if (next >= 0) {
            int strings = 2 * Record.stringLength(frame, next);
            next += 2;
            for (int i = 0; i < strings; i++) {
                next += 2 + Record.stringLength(frame, next);
            }
            if (next > end) {
                throw new IllegalStateException("headers beyond their record");
            }
        }
    }

    private int decode(Function<ByteBuffer, ?> decoder, byte[] bytes, String what) {
        ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            FrameHeader.check(frame);
            FrameType.of(FrameHeader.typeCode(frame));
            hash += decoder.apply(frame).hashCode();
            return 0;
        } catch (ParleyException e) {
            return 1;
        } catch (RuntimeException | Error e) {
            return fail(what + ": " + HexFormat.of().formatHex(bytes), e);
        }
    }

    private static byte[] mutate(ByteBuffer original, SplittableRandom random) {
        byte[] bytes = new byte[original.remaining()];
        original.get(original.position(), bytes);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            bytes = change(bytes, random);
        }
        return bytes;
    }

    private static byte[] change(byte[] bytes, SplittableRandom random) {
        if (bytes.length == 0) {
            return bytes;
        }
        // the header is left alone most of the time: a wrong magic ends the reading at once
        int from = bytes.length > FrameHeader.BYTES && random.nextInt(20) > 0 ? FrameHeader.BYTES : 0;
        int at = from + random.nextInt(bytes.length - from);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0x00);
            case 3 -> {
                bytes[at] = (byte) 0xFF;
                bytes[Math.min(at + 1, bytes.length - 1)] = (byte) 0xFF;
            }
            case 4 -> {
                return java.util.Arrays.copyOf(bytes, at);
            }
            default -> {
                return java.util.Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
            }
        }
        return bytes;
    }
}
