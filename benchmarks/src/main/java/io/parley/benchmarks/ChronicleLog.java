package io.parley.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/** Chronicle Queue as it comes, which forces nothing. For one thread. */
final class ChronicleLog implements LogSide.MessageLog {
    /** What it reaches into. */
    static final List<String> OPTIONS = List.of(
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
            "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
            "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "-Dchronicle.analytics.disable=true",
            "-Ddisable.announcements=true");

    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final Bytes<?> out = Bytes.allocateElasticDirect();

    ChronicleLog(Path directory) {
        queue = SingleChronicleQueueBuilder.binary(directory).build();
        appender = queue.createAppender();
    }

    @Override
    public void append(byte[] message) {
        out.clear();
        out.write(message);
        appender.writeBytes(out);
    }

    @Override
    public void read(Consumer<byte[]> reader) {
        Bytes<?> in = Bytes.allocateElasticDirect();
        try (ExcerptTailer tailer = queue.createTailer()) {
            while (tailer.readBytes(in)) {
                byte[] message = new byte[(int) in.readRemaining()];
                in.read(message);
                in.clear();
                reader.accept(message);
            }
        }
        in.releaseLast();
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
        out.releaseLast();
    }
}
