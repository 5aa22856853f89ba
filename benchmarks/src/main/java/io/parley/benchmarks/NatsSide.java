package io.parley.benchmarks;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.parley.tools.bench.Arrivals;
import io.parley.tools.bench.BenchPart;
import io.parley.tools.bench.Departures;
import io.parley.tools.bench.Work;
import io.parley.tools.process.ParentLink;
import io.parley.tools.process.Report;
import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A side with core NATS, one way, its server a process of its own that ends with the sender. NATS drops what a slow subscriber
 * does not take; so the receiver tells now and then how far it is, and the sender stays within a window.
 */
public final class NatsSide {
    /** The server's program. */
    static final String SERVER = "nats-server";

    /** Ends the server when its standard input does, as it will when the sender is gone, however that ended. */
    private static final String GUARD = SERVER + " -a 127.0.0.1 -p -1 --ports_file_dir \"$0\" >&2 & cat; kill $!; wait";

    private static final String WORK = "work";
    private static final String PROGRESS = "progress";
    private static final String READY = "ready";
    private static final long WINDOW_BYTES = 8L * 1024 * 1024;
    private static final int STEPS = 8;
    private static final Duration START = Duration.ofSeconds(20);

    private final Work work;
    private final int step;

    private NatsSide(Work work) {
        this.work = work;
        this.step = (int) Math.max(1, WINDOW_BYTES / STEPS / work.size());
    }

    /** Runs the side until the driver wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        NatsSide side = new NatsSide(Work.of(given.subList(1, 1 + Work.ARGUMENTS)));
        if (given.get(0).equals(BenchPart.SEND)) {
            Path ports = Files.createTempDirectory("nats");
            Process server = new ProcessBuilder("sh", "-c", GUARD, ports.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String address = address(ports);
            try (Connection connection = connect(address)) {
                side.send(connection, address);
                parent.awaitEnd();
            }
            server.getOutputStream().close();
            server.waitFor(START.toSeconds(), TimeUnit.SECONDS);
            Files.deleteIfExists(ports);
        } else {
            try (Connection connection = connect(given.get(1 + Work.ARGUMENTS))) {
                side.receive(connection);
                parent.awaitEnd();
            }
        }
        System.exit(0);
    }

    private static Connection connect(String address) throws IOException, InterruptedException {
        // Whose side ends first breaks the other's connection: by then there is nothing left to say about it.
        return Nats.connect(new Options.Builder()
                .server(address)
                .noReconnect()
                .errorListener(new ErrorListener() {})
                .build());
    }

    /** Waits for the file in which the server names its port. */
    private static String address(Path ports) throws IOException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() - end < 0) {
            try (Stream<Path> files = Files.list(ports)) {
                for (Path file : files.toList()) {
                    String text = Files.readString(file).replaceAll("\\s", "");
                    if (text.endsWith("}")) {
                        Map<String, Object> named = JsonReader.object(text);
                        return ((List<?>) Objects.requireNonNull(named.get("nats")))
                                .get(0)
                                .toString();
                    }
                }
            }
            never.await(20, TimeUnit.MILLISECONDS);
        }
        throw new IOException(SERVER + " did not start");
    }

    private void send(Connection connection, String address) throws Exception {
        Semaphore window = new Semaphore(STEPS);
        CountDownLatch ready = new CountDownLatch(1);
        connection.createDispatcher(message -> window.release()).subscribe(PROGRESS);
        connection.createDispatcher(message -> ready.countDown()).subscribe(READY);
        connection.flush(START);
        Departures.listening(address);
        ready.await();
        Departures departures = new Departures(work);
        int[] sent = {0};
        departures.send(Departures.Bytes.FRESH, message -> {
            if (sent[0]++ % step == 0) {
                window.acquire();
            }
            connection.publish(WORK, message);
        });
        Report.send(departures.sent());
    }

    private void receive(Connection connection) throws Exception {
        Arrivals.Reader reader = new Arrivals(work, 1).reader();
        int[] taken = {0};
        byte[] nothing = {};
        connection
                .createDispatcher(message -> {
                    reader.take(message.getData());
                    if (++taken[0] % step == 0) {
                        connection.publish(PROGRESS, nothing);
                    }
                })
                .subscribe(WORK);
        connection.flush(START);
        connection.publish(READY, nothing);
    }
}
