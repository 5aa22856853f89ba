package io.parley.benchmarks.jmh;

import io.parley.core.codec.Codec;
import io.parley.core.internal.session.FrameBuilder;
import io.parley.core.log.BlockPool;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.log.RingLog;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a message costs on its way out, step by step, with nobody at the other end. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SendPathBenchmark {
    private static final int ROOM = 64 * 1024;
    private static final long CAPACITY = 16L * 1024 * 1024;
    /** Trimmed once in so many records, as a loop would that reads batches. */
    private static final int BATCH = 512;

    /** Bytes of a message. */
    @Param({"64", "1024"})
    public int size;

    private final ByteBuffer room = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.LITTLE_ENDIAN);
    private final Codec<byte[]> codec = Codec.bytes();
    private final FrameBuilder builder = new FrameBuilder();
    private byte[] value = {};
    private RingLog growing = log();
    private RingLog full = log();
    private LogCursor cursor = new LogCursor(full, 1);

    /** JMH makes it. */
    public SendPathBenchmark() {}

    private static RingLog log() {
        return new RingLog(CAPACITY, new BlockPool(2 * CAPACITY));
    }

    /** A log to append to, and one with some frames' worth of records. */
    @Setup(Level.Trial)
    public void open() {
        value = new byte[size];
        growing = log();
        full = log();
        for (int bytes = 0; bytes < CAPACITY / 2; bytes += size + Record.FIXED) {
            append(full);
        }
        cursor = new LogCursor(full, 1);
    }

    /** The value's bytes into a buffer. */
    @Benchmark
    public ByteBuffer encode() {
        codec.encode(value, room.clear());
        return room;
    }

    /** A record into the log, and out again in batches. */
    @Benchmark
    public long append() {
        long lsn = append(growing);
        if (lsn % BATCH == 0) {
            growing.segment(lsn);
            growing.trim(lsn);
        }
        return lsn;
    }

    private long append(RingLog log) {
        ByteBuffer out = Objects.requireNonNull(log.claim(Record.FIXED + size), "the log is full");
        int at = out.position();
        out.position(at + Record.FIXED);
        codec.encode(value, out);
        long lsn = log.nextLsn();
        int length = out.position() - at;
        Record.writeShape(out, at, length, 0);
        Record.writePlace(out, at, lsn, 0);
        log.commit(length);
        return lsn;
    }

    /** A frame of up to 64 KiB of ready records. */
    @Benchmark
    public int batch() {
        if (!cursor.hasNext()) {
            cursor.seek(1);
        }
        builder.begin(1, cursor.lsn(), Integer.MAX_VALUE, ROOM);
        while (cursor.hasNext() && builder.roomForBytes() > 0) {
            int from = cursor.offset();
            int records = cursor.nextRun(builder.roomForBytes(), Integer.MAX_VALUE);
            if (records == 0) {
                break;
            }
            builder.records(cursor.segment(), from, cursor.offset(), records);
        }
        int bytes = builder.finish(0).bytes();
        builder.release();
        return bytes;
    }
}
