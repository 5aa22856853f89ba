package io.parley.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Publisher;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.channel.Start;
import io.parley.reliability.Journal;
import io.parley.transport.Zmtp;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Effects happen once, though the process that has them is killed again and again. */
@Tag("processes")
@Timeout(120)
class EffectivelyOnceTest {
    private static final int ORDERS = 3_000;
    private static final int KILLS = 3;
    private static final int BETWEEN = ORDERS / (KILLS + 1);
    private static final long LIMIT = 60;

    @TempDir
    private Path directory;

    private final Random chance = new Random();
    private final List<Process> started = new ArrayList<>();
    private Node shop;

    @BeforeEach
    void open() {
        shop = Node.builder("shop")
                .listen("tcp://127.0.0.1:0")
                .transport(Zmtp.transport())
                .delivery(Journal.in(directory.resolve("shop")))
                .open();
    }

    @AfterEach
    void close() {
        started.forEach(Process::destroyForcibly);
        shop.close();
    }

    @Test
    void shouldSendOneInvoiceForEachOrder() throws Exception {
        List<String> got = Collections.synchronizedList(new ArrayList<>());
        Semaphore arrived = new Semaphore(0);
        CountDownLatch last = new CountDownLatch(1);
        shop.subscribe(Invoices.INVOICES.reader("audit").from(Start.EARLIEST), invoice -> {
            got.add(invoice.value());
            arrived.release();
            if (invoice.value().endsWith("the last")) {
                last.countDown();
            }
        });
        sell(shop.publisher(Invoices.ORDERS));
        String data = directory.resolve("desk").toString();
        Process desk = start(Invoices.class, data);
        for (int i = 0; i < KILLS; i++) {
            await(arrived, 1 + chance.nextInt(BETWEEN));
            kill(desk);
            desk = start(Invoices.class, data);
        }
        shop.publisher(Invoices.ORDERS).send("the last");
        assertTrue(last.await(LIMIT, TimeUnit.SECONDS));
        List<String> expected =
                new ArrayList<>(numbers().map(n -> "invoice for " + n).toList());
        expected.add("invoice for the last");
        assertEquals(expected, got);
    }

    @Test
    void shouldBookEachOrderInOneRow() throws Exception {
        String url = "jdbc:h2:" + directory.resolve("books") + ";WRITE_DELAY=0";
        List<CompletableFuture<Receipt>> receipts = sell(shop.publisher(BookedOrders.ORDERS.expect("books")));
        Process books = start(BookedOrders.class, url);
        for (int i = 0; i < KILLS; i++) {
            receipts.get(i * BETWEEN + chance.nextInt(BETWEEN)).get(LIMIT, TimeUnit.SECONDS);
            kill(books);
            books = start(BookedOrders.class, url);
        }
        receipts.get(ORDERS - 1).get(LIMIT, TimeUnit.SECONDS);
        kill(books);
        assertEquals(numbers().sorted().toList(), booked(url));
    }

    private static List<CompletableFuture<Receipt>> sell(Publisher<String> orders) {
        return numbers()
                .map(number -> orders.sendAsync(Outgoing.of(number), Stage.PROCESSED))
                .toList();
    }

    private static Stream<String> numbers() {
        return IntStream.range(0, ORDERS).mapToObj(Integer::toString);
    }

    private static List<String> booked(String url) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection db = DriverManager.getConnection(url);
                Statement select = db.createStatement();
                ResultSet found = select.executeQuery("SELECT item FROM booked ORDER BY item")) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }

    private static void await(Semaphore arrived, int more) throws InterruptedException {
        assertTrue(arrived.tryAcquire(more, LIMIT, TimeUnit.SECONDS), "nothing more comes");
    }

    /** The sample in a process of its own, against the shop. */
    private Process start(Class<?> sample, String where) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        sample.getName(),
                        where,
                        shop.endpoints().get(0).toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);
        return process;
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
