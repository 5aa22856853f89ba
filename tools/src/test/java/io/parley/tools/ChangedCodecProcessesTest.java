package io.parley.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Flush;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.reliability.Journal;
import io.parley.tools.text.JsonReader;
import io.parley.transport.Zmtp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs whose codecs differ, one after the other on one journal, or side by side. */
@Tag("processes")
@Timeout(120)
class ChangedCodecProcessesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final WorkQueue<Integer> NUMBERS =
            WorkQueue.of("jobs", Codec.int32()).durable();
    private static final Topic<String> ORDERS = Topic.of("orders", Codec.utf8()).durable();

    @TempDir
    private Path directory;

    private final List<Cli> started = new ArrayList<>();
    private final LinkedBlockingQueue<Happening> told = new LinkedBlockingQueue<>();

    @AfterEach
    void end() {
        started.forEach(Cli::close);
    }

    private Cli start(String... arguments) throws IOException {
        Cli cli = Cli.start(arguments);
        started.add(cli);
        return cli;
    }

    private Node node(String name, Flush flush) {
        return Node.builder(name)
                .listen("tcp://127.0.0.1:0")
                .transport(Zmtp.transport())
                .delivery(Journal.in(directory.resolve(name)).flush(flush))
                .onEvent(event -> told.add(event.what()))
                .open();
    }

    @Test
    void shouldRefuseToSendWhereWhatWaitsWasWrittenByAnother() throws IOException, InterruptedException {
        String data = directory.resolve("shop").toString();
        Cli push = start("push", "jobs", "one", "two", "--durable", "--data", data, "--until", "journaled");
        assertEquals(0, push.exit(), () -> push.errors().toString());
        try (Node after = node("shop", Flush.ALWAYS)) {
            ParleyException refused = assertThrows(ParleyException.class, () -> after.pusher(NUMBERS));
            assertEquals(ErrorCode.CODEC_MISMATCH, refused.code());
            assertTrue(String.valueOf(refused.getMessage()).contains("which codec int32"), refused::toString);
        }

        Cli serve = start("serve", "--data", data);
        Cli pull = start("pull", "jobs", "--durable", "--count", "2", "--peer", serve.address());
        assertEquals(0, pull.exit(), () -> pull.errors().toString());
        assertEquals(List.of("one", "two"), pull.lines());
    }

    @Test
    void shouldExplainWhatHoldsForAReaderWhetherItFitsOrNot() throws IOException, InterruptedException {
        try (Node office = node("office", Flush.OS);
                Node desk = node("desk", Flush.ALWAYS)) {
            desk.addPeer(office.endpoints().get(0));
            desk.subscribe(ORDERS.reader("billing"), m -> {});
            Publisher<Long> numbers =
                    office.publisher(Topic.of("orders", Codec.int64()).durable());
            awaitRefusal();
            Map<String, Object> misfit = explained(desk);
            assertTrue(text(misfit, "guarantee").startsWith("DURABLE topic: none at the moment"), misfit::toString);
            assertTrue(misfit.get("weakenedBy").toString().contains("CODEC_MISMATCH: codec int64"), misfit::toString);
            numbers.close();

            office.publisher(ORDERS).awaitSubscribers(1, LIMIT);

            Map<String, Object> fits = explained(desk);
            assertTrue(text(fits, "guarantee").startsWith("DURABLE topic: at least once"), fits::toString);
            Map<String, Object> sent = explained(office);
            assertTrue(text(sent, "guarantee").contains("what the system had not yet written"), sent::toString);
            office.publisher(ORDERS).close();
            office.publisher(Topic.of("orders", Codec.utf8()));
            assertTrue(text(explained(office), "guarantee").startsWith("BEST_EFFORT topic: at most once"));
        }
    }

    private void awaitRefusal() throws InterruptedException {
        Happening next;
        do {
            next = told.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertNotNull(next, "the reader is not refused");
        } while (next != Happening.READER_REFUSED);
    }

    private Map<String, Object> explained(Node node) throws IOException, InterruptedException {
        Cli explain = start(
                "explain", "orders", "--json", "--peer", node.endpoints().get(0).toString());
        assertEquals(0, explain.exit(), () -> explain.errors().toString());
        return explain.objects().stream()
                .filter(line -> node.name().equals(line.get("node")))
                .findFirst()
                .orElseThrow();
    }

    private static String text(Map<String, Object> line, String name) {
        return JsonReader.text(line, name);
    }
}
