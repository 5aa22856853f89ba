package io.parley.reliability.simulation;

import static io.parley.reliability.simulation.DurableWorld.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.testkit.Sim;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program is replaced by a newer one, whose class has one field more, while messages of the old one wait in the journal. */
@Timeout(120)
class UpgradeSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir
    private Path directory;

    private int versions;

    /** The two channels as one version of the program knows them. */
    private record Program(Class<?> type, Topic<Object> topic, WorkQueue<Object> queue) {
        @SuppressWarnings("unchecked") // a class that is known by its loader alone
        static Program of(Class<?> type) {
            Codec<Object> codec = (Codec<Object>) Codec.kryo(type);
            return new Program(
                    type,
                    Topic.of("orders", codec).durable(),
                    WorkQueue.of("jobs", codec).durable());
        }

        void send(Node node, Object... values) throws ReflectiveOperationException {
            Object order = type.getDeclaredConstructors()[0].newInstance(values);
            node.publisher(topic).send(order);
            node.pusher(queue).send(order);
        }

        List<String> read(Node node) {
            List<String> got = new ArrayList<>();
            node.subscribe(topic.reader("billing").from(Start.EARLIEST), m -> got.add("" + m.value()));
            node.pull(queue, m -> got.add("" + m.value()));
            return got;
        }
    }

    @Test
    void shouldReadABacklogOfTheOldProgramWithTheNewOne() throws Exception {
        Program old = Program.of(version("public record Order(String id, int amount) {}"));
        Program young = Program.of(version("public record Order(long priority, String id, int amount) {}"));
        try (Sim sim = Sim.seeded(1)) {
            Node before = node(sim, "shop");
            for (int i = 0; i < 50; i++) {
                old.send(before, "a-" + i, i);
            }
            before.close();
            Node after = sim.restart(before);
            young.send(after, 7L, "b", 1);
            List<String> got = young.read(node(sim, "billing"));
            assertTrue(sim.runUntil(() -> got.size() == 102, LIMIT), got::toString);
            List<String> expected = new ArrayList<>(IntStream.range(0, 50)
                    .mapToObj(i -> "Order[priority=0, id=a-" + i + ", amount=" + i + "]")
                    .toList());
            expected.add("Order[priority=7, id=b, amount=1]");
            assertEquals(expected, got.stream().distinct().toList());
        }
    }

    @Test
    void shouldReadWithTheOldProgramWhatTheNewOneLeftWhenItIsTakenBack() throws Exception {
        Program old = Program.of(version("public record Order(String id, int amount) {}"));
        Program young = Program.of(version("public record Order(long priority, String id, int amount) {}"));
        try (Sim sim = Sim.seeded(2)) {
            Node before = node(sim, "shop");
            young.send(before, 7L, "b", 1);
            sim.cutPower(before);
            Node after = sim.restart(before);
            old.send(after, "c", 2);
            Node billing = node(sim, "billing");
            List<String> got = old.read(billing);
            assertTrue(sim.runUntil(() -> got.size() == 4, LIMIT), got::toString);
            assertTrue(got.containsAll(List.of("Order[id=b, amount=1]", "Order[id=c, amount=2]")), got::toString);
            assertEquals(0, billing.counters().getOrDefault(Happening.DECODING_FAILED, 0L));
        }
    }

    private Class<?> version(String source) throws IOException, ClassNotFoundException {
        Path home = Files.createDirectory(directory.resolve("v" + ++versions));
        Path file = home.resolve("Order.java");
        Files.writeString(file, "package shop; " + source);
        int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", home.toString(), file.toString());
        assertEquals(0, failed);
        URLClassLoader loader = new URLClassLoader(new URL[] {home.toUri().toURL()}, null);
        return loader.loadClass("shop.Order");
    }
}
