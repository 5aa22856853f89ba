package io.parley.benchmarks;

import io.parley.core.Node;
import io.parley.core.Pusher;
import io.parley.core.Stage;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Flush;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.transport.Zmtp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** A durable queue whose node has no peers: its messages stay in the journal until a worker of the same node takes them. */
final class ParleyLog implements LogSide.MessageLog {
    private static final Duration PATIENCE = Duration.ofSeconds(100);
    private static final long CAPACITY = 2L * 1024 * 1024 * 1024;
    private static final WorkQueue<byte[]> QUEUE =
            WorkQueue.of("log", Codec.bytes()).durable().capacity(CAPACITY).whenFull(Overflow.block(PATIENCE));

    private final Node node;
    private final Pusher<byte[]> pusher;

    /** In this directory; where each append waits for the disk, or none does. */
    ParleyLog(Path directory, Flush flush) {
        node = Node.builder("log")
                .listen("tcp://127.0.0.1:0")
                .transport(Zmtp.transport())
                .delivery(Journal.in(directory).flush(flush))
                .open();
        pusher = node.pusher(QUEUE);
    }

    @Override
    public void append(byte[] message) {
        pusher.send(message);
    }

    @Override
    public void read(Consumer<byte[]> reader) {
        node.pull(QUEUE, message -> reader.accept(message.value()));
        pusher.flush(Stage.PROCESSED, PATIENCE);
    }

    @Override
    public void close() {
        node.close();
    }
}
