package io.parley.benchmarks.jmh;

import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.channel.Filter;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.SubjectIndex;
import io.parley.core.codec.Codec;
import io.parley.core.log.Record;
import io.parley.transport.Zmtp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What a message costs on its way in: to check and decode it, to find whom it is for, and to bring it to a handler. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReceivePathBenchmark {
    private static final int RECORDS = 512;
    private static final int SMALL = 64;

    private final Codec<byte[]> codec = Codec.bytes();
    private final byte[] value = new byte[SMALL];
    private final ByteBuffer frame =
            ByteBuffer.allocateDirect(RECORDS * (SMALL + Record.FIXED)).order(ByteOrder.LITTLE_ENDIAN);

    /** JMH makes it. */
    public ReceivePathBenchmark() {}

    /** Fills a frame with records. */
    @Setup(Level.Trial)
    public void fill() {
        frame.clear();
        for (int i = 0; i < RECORDS; i++) {
            int at = frame.position();
            frame.position(at + Record.FIXED);
            codec.encode(value, frame);
            Record.writeShape(frame, at, frame.position() - at, 0);
            Record.writePlace(frame, at, i + 1L, 0);
        }
    }

    /** Checks and decodes 64 bytes, out of a frame of many. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void decode(Blackhole hole) {
        int end = frame.capacity();
        int at = 0;
        while (at < end) {
            int length = Record.check(frame, at, end);
            frame.limit(at + length).position(Record.payload(frame, at));
            hole.consume(codec.decode(frame));
            frame.clear();
            at += length;
        }
    }

    /** Subscriptions to match with. */
    @State(Scope.Benchmark)
    public static class Subscriptions {
        /** How many, all different; one in a hundred has a wildcard. */
        @Param({"10", "1000", "100000"})
        public int subscriptions;

        private SubjectIndex<Integer> index = new SubjectIndex<>();
        private int next;

        /** JMH makes it. */
        public Subscriptions() {}

        /** Adds them. */
        @Setup(Level.Trial)
        public void add() {
            index = new SubjectIndex<>();
            for (int i = 0; i < subscriptions; i++) {
                index.add(new Filter(i % 100 == 0 ? "area." + i + ".*" : "area." + i + ".price"), i);
            }
        }

        private List<Integer> match() {
            next = (next + 7_919) % subscriptions;
            return index.match("area." + next + ".price");
        }
    }

    /** Finds whom a subject is for, among so many; the subject is put together anew, which is part of the time. */
    @Benchmark
    public List<Integer> match(Subscriptions subscriptions) {
        return subscriptions.match();
    }

    /** A node that subscribes to what it publishes. */
    @State(Scope.Benchmark)
    public static class Loopback {
        private static final Topic<byte[]> TOPIC =
                Topic.of("loopback", Codec.bytes()).whenFull(Overflow.block(Duration.ofSeconds(60)));

        private final Semaphore handled = new Semaphore(0);
        private final Node node = Node.builder("loopback")
                .group("jmh")
                .transport(Zmtp.transport())
                .onEvent(event -> {})
                .open();
        private final Publisher<byte[]> publisher = node.publisher(TOPIC);
        private int count;

        /** JMH makes it. */
        public Loopback() {}

        /** Subscribes. */
        @Setup(Level.Trial)
        public void subscribe() {
            node.subscribe(TOPIC, message -> {
                if (++count % RECORDS == 0) {
                    handled.release();
                }
            });
            publisher.awaitSubscribers(1, Duration.ofSeconds(10));
        }

        /** Closes the node. */
        @TearDown(Level.Trial)
        public void close() {
            node.close();
        }
    }

    /** From send to the end of a handler of the same node, in bursts. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void dispatch(Loopback loopback) throws InterruptedException {
        for (int i = 0; i < RECORDS; i++) {
            loopback.publisher.send(value);
        }
        loopback.handled.acquire();
    }
}
