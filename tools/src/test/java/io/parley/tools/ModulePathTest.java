package io.parley.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program with a module-info of its own, compiled and started on the module path, needs no more than the README says. */
@Tag("processes")
@Timeout(120)
class ModulePathTest {
    private static final List<String> MODULES =
            List.of("core", "transport", "slf4j-api", "kryo", "minlog", "objenesis", "reflectasm", "jeromq", "jnacl");

    private static final String PROGRAM = """
            package com.shop.orders;

            import io.parley.core.Node;
            import io.parley.core.Receiver;
            import io.parley.core.Topic;
            import io.parley.core.codec.Codec;
            import java.time.Duration;
            import java.util.List;

            public final class Shop {
                enum State { OPEN, PAID }

                record Line(String article, int pieces) {}

                record Order(String customer, List<Line> lines, State state) {}

                public static void main(String[] arguments) {
                    Topic<Order> orders = Topic.of("orders", Codec.kryo(Order.class, Line.class, State.class));
                    Duration limit = Duration.ofSeconds(20);
                    try (Node reader = Node.open("reader");
                            Node sender = Node.open("sender");
                            Receiver<Order> receiver = reader.receiver(orders)) {
                        sender.addPeer(reader.endpoints().get(0));
                        sender.publisher(orders).awaitSubscribers(1, limit);
                        sender.publisher(orders).send(new Order("ann", List.of(new Line("tea", 3)), State.PAID));
                        System.out.println(receiver.receive(limit).orElseThrow().value());
                    }
                    System.out.println(Shop.class.getModule() + ", " + Node.class.getModule());
                }
            }
            """;

    @TempDir
    private Path directory;

    @Test
    void shouldSendARecordOfANamedModuleThatIsOpenToCore() throws IOException, InterruptedException {
        List<String> lines =
                run("module shop.orders { requires io.parley.core; opens com.shop.orders to io.parley.core; }");
        assertTrue(
                lines.contains("Order[customer=ann, lines=[Line[article=tea, pieces=3]], state=PAID]"),
                () -> "" + lines);
        assertTrue(lines.contains("module shop.orders, module io.parley.core"), () -> "" + lines);
    }

    @Test
    void shouldSayWhatToOpenWhereItIsNotOpen() throws IOException, InterruptedException {
        List<String> lines = run("module shop.orders { requires io.parley.core; }");
        assertTrue(
                lines.stream().anyMatch(line -> line.contains("opens com.shop.orders to io.parley.core")),
                () -> "" + lines);
    }

    /** Compiles and starts the program with this module-info; what it prints. */
    private List<String> run(String moduleInfo) throws IOException, InterruptedException {
        Path sources = directory.resolve("sources");
        Path program =
                Files.createDirectories(sources.resolve("com/shop/orders")).resolve("Shop.java");
        Path module = sources.resolve("module-info.java");
        Files.writeString(program, PROGRAM);
        Files.writeString(module, moduleInfo);
        String classes = directory.resolve("classes").toString();
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes, "-p", modulePath(), program.toString(), module.toString());
        assertEquals(0, compiled, "it does not compile");
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-p",
                classes + File.pathSeparator + modulePath(),
                "-m",
                "shop.orders/com.shop.orders.Shop"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output.lines().toList();
    }

    /** The two modules and what they need, of what is on the class path of the tests. */
    private static String modulePath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> MODULES.stream().anyMatch(name -> isOf(entry, name)))
                .filter(entry -> !entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Whether an entry of the class path is that module's directory or jar, or that library. */
    private static boolean isOf(String entry, String name) {
        String file = Path.of(entry).getFileName().toString();
        boolean module = file.startsWith("parley-" + name + "-") || entry.contains("/" + name + "/target/");
        return module || file.startsWith(name + "-");
    }
}
