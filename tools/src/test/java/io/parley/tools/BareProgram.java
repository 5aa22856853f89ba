package io.parley.tools;

import io.parley.core.Node;
import io.parley.core.Receiver;
import io.parley.core.Topic;
import io.parley.core.codec.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A program on core and transport alone: two nodes that talk, and then it says which files it has open. */
final class BareProgram {
    private static final Topic<String> NEWS = Topic.of("news", Codec.utf8());
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private BareProgram() {}

    public static void main(String[] arguments) {
        try (Node reader = Node.open("reader");
                Node sender = Node.open("sender");
                Receiver<String> receiver = reader.receiver(NEWS)) {
            sender.addPeer(reader.endpoints().get(0));
            sender.publisher(NEWS).awaitSubscribers(1, LIMIT);
            for (int i = 0; i < 1_000; i++) {
                sender.publisher(NEWS).send("message " + i);
            }
            for (int i = 0; i < 1_000; i++) {
                System.out.println(receiver.receive(LIMIT).orElseThrow().value());
            }
            openFiles().forEach(file -> System.out.println("file " + file));
        }
        System.out.println("end");
    }

    private static List<Path> openFiles() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(BareProgram::target)
                    .filter(Files::isRegularFile)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a descriptor leads; the one with which the directory is read is gone by then. */
    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
            return descriptor;
        }
    }
}
