package io.parley.benchmarks;

import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.channel.Flush;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.transport.Zmtp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** A durable topic whose node has no peers: what is published stays in the journal, and a subscriber of the same node reads it again. */
final class ParleyLog implements LogSide.MessageLog {
    private static final Duration PATIENCE = Duration.ofSeconds(100);
    private static final long CAPACITY = 2L * 1024 * 1024 * 1024;
    private static final Topic<byte[]> TOPIC =
            Topic.of("log", Codec.bytes()).durable().capacity(CAPACITY).whenFull(Overflow.block(PATIENCE));

    private final Node node;
    private final Publisher<byte[]> publisher;

    /** In this directory; where each append waits for the disk, or none does. */
    ParleyLog(Path directory, Flush flush) {
        node = Node.builder("log")
                .listen("tcp://127.0.0.1:0")
                .transport(Zmtp.transport())
                .delivery(Journal.in(directory).flush(flush))
                .open();
        publisher = node.publisher(TOPIC);
    }

    @Override
    public void append(byte[] message) {
        publisher.send(message);
    }

    @Override
    public void read(Consumer<byte[]> reader) throws InterruptedException {
        long all = publisher.stats().appended();
        CountDownLatch last = new CountDownLatch(1);
        LongAdder read = new LongAdder();
        node.subscribe(TOPIC.reader("again").from(Start.EARLIEST), message -> {
            reader.accept(message.value());
            read.increment();
            if (message.id().lsn() == all) {
                last.countDown();
            }
        });
        if (!last.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(read + " of " + all + " messages were read again within " + PATIENCE);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
