package io.parley.benchmarks;

import io.parley.core.Node;
import io.parley.core.Offer;
import io.parley.core.Sender;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Flush;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.tools.bench.DataDirectories;
import io.parley.tools.process.ChildProcess;
import io.parley.tools.process.ChildProcess.Program;
import io.parley.transport.Zmtp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long a node takes to open a data directory in which many messages of 64 bytes wait: one process writes and leaves them,
 * another with a heap of 256 MiB opens the channel, and gives the first of them to a handler.
 */
@Command(name = "reopen", mixinStandardHelpOptions = true, sortOptions = false)
public final class Reopen implements Runnable {
    private static final String WRITE = "write";
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long CAPACITY = 8L << 30;
    private static final Topic<byte[]> TOPIC =
            Topic.of("log", Codec.bytes()).durable().capacity(CAPACITY);
    private static final WorkQueue<byte[]> QUEUE =
            WorkQueue.of("log", Codec.bytes()).durable().capacity(CAPACITY);

    @Option(names = "--messages", defaultValue = "10000000", description = "How many wait. Default: ${DEFAULT-VALUE}.")
    private String messages = "10000000";

    /** Measures; or is one of the two processes, when the first argument says which. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 4) {
            part(List.of(arguments));
            System.exit(0);
        }
        System.exit(new CommandLine(new Reopen()).execute(arguments));
    }

    @Override
    public void run() {
        for (String kind : List.of("topic", "queue")) {
            try (DataDirectories data = new DataDirectories()) {
                Path directory = data.next();
                for (String part : List.of(WRITE, "open")) {
                    runPart(List.of(part, kind, directory.toString(), messages));
                }
            } catch (IOException e) {
                throw new IllegalStateException("a process did not start: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private static void runPart(List<String> arguments) throws IOException, InterruptedException {
        List<String> options = List.of("-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        try (ChildProcess child = ChildProcess.start(new Program(Reopen.class, options, arguments), Reopen::print)) {
            if (!child.awaitExit(PATIENCE) || child.exitCode() != 0) {
                throw new IllegalStateException("no figure: " + arguments + " did not end well");
            }
        }
    }

    private static void part(List<String> arguments) throws InterruptedException {
        boolean topic = arguments.get(1).equals("topic");
        long began = System.nanoTime();
        try (Node node = Node.builder("log")
                .listen("tcp://127.0.0.1:0")
                .transport(Zmtp.transport())
                .delivery(Journal.in(Path.of(arguments.get(2))).flush(Flush.OS))
                .open()) {
            long opened = System.nanoTime();
            Sender<byte[]> sender = topic ? node.publisher(TOPIC) : node.pusher(QUEUE);
            if (arguments.get(0).equals(WRITE)) {
                write(sender, Long.parseLong(arguments.get(3)));
                return;
            }
            print(topic, "the node is open after, ms", began, opened);
            print(topic, "  its channel, ms", opened, System.nanoTime());
            CountDownLatch first = new CountDownLatch(1);
            long asked = System.nanoTime();
            if (topic) {
                node.subscribe(TOPIC.reader("again").from(Start.EARLIEST), message -> first.countDown());
            } else {
                node.pull(QUEUE, message -> first.countDown());
            }
            first.await();
            print(topic, "  the first message is handled, ms", asked, System.nanoTime());
        }
    }

    private static void write(Sender<byte[]> sender, long count) {
        byte[] message = new byte[64];
        for (long i = 0; i < count; i++) {
            if (sender.offer(message) != Offer.ACCEPTED) {
                sender.send(message);
            }
        }
        sender.flush(PATIENCE);
    }

    private static void print(String line) {
        System.out.println(line);
    }

    private static void print(boolean topic, String what, long from, long to) {
        System.out.printf(Locale.ROOT, "%s  %-40s %10.1f%n", topic ? "topic" : "queue", what, (to - from) / 1e6);
    }
}
