package io.parley.tools;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.parley.testkit.seeded.SeededEntropy;
import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

/** Processes on both sides of a durable topic and of a durable queue are killed, fifty in all: what was confirmed arrives. P1. */
@Tag("processes")
@Timeout(240)
@Execution(CONCURRENT)
class KilledProcessesTest {
    private static final int KILLS = 25;
    private static final int BATCH = 500;

    @TempDir
    private Path directory;

    private final SeededEntropy chance = new SeededEntropy(Long.getLong("parley.seed", 1));
    private final List<String> story = new ArrayList<>();
    private final List<Cli> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Cli::close);
    }

    @Test
    void shouldLoseNothingOfATopicP1() throws IOException, InterruptedException {
        endure(new Pair("pub", "sub", "--durable", "billing", "--from", "earliest", "--data", dir("reader")));
    }

    @Test
    void shouldLoseNothingOfAQueueP1() throws IOException, InterruptedException {
        endure(new Pair("push", "pull", "--durable"));
    }

    private static void endure(Pair pair) throws IOException, InterruptedException {
        pair.begin();
        for (int kills = 0; kills < KILLS; ) {
            kills += pair.kill();
        }
        pair.check();
    }

    private String dir(String name) {
        return directory.resolve(name).toString();
    }

    /** A sender and a receiver of one channel. */
    private final class Pair {
        private final String send;
        private final List<String> receive;
        private final Set<String> confirmed = new TreeSet<>();
        private final Set<String> printed = new TreeSet<>();
        private Cli sender;
        private Cli receiver;
        private int given;

        Pair(String send, String receive, String... more) {
            this.send = send;
            this.receive =
                    Stream.concat(Stream.of(receive, "work"), Stream.of(more)).toList();
        }

        void begin() throws IOException, InterruptedException {
            receiver = start(receive);
            startSender("--peer", receiver.address());
        }

        /** Starts a sender, and has it send what was not confirmed, and more. */
        private void startSender(String... more) throws IOException {
            List<String> arguments = new ArrayList<>(List.of(send, "work", "--durable", "--json", "--data", dir(send)));
            arguments.addAll(List.of(more));
            sender = start(arguments);
            int all = given + BATCH;
            sender.type(IntStream.range(0, all)
                    .mapToObj(Integer::toString)
                    .filter(number -> !confirmed.contains(number))
                    .map(number -> number + "\n")
                    .collect(joining()));
            given = all;
        }

        /** Waits until the victim has done some of its work, kills it, and starts it again; or both sides. */
        int kill() throws IOException, InterruptedException {
            int some = chance.nextInt(BATCH);
            boolean sends = chance.chance(0.5);
            boolean both = chance.chance(0.3);
            story.add((both ? "both" : sends ? send : receive.get(0)) + " after " + some);
            (sends ? sender : receiver).awaitLines(some);
            if (sends || both) {
                sender.kill();
            }
            if (!sends || both) {
                receiver.kill();
            }
            if (sends || both) {
                sender.exit();
                confirmed.addAll(texts(sender));
            }
            if (!sends || both) {
                receiver.exit();
                printed.addAll(receiver.lines());
            }
            restart(sends, both);
            return both ? 2 : 1;
        }

        private void restart(boolean sends, boolean both) throws IOException, InterruptedException {
            if (both) {
                begin();
            } else if (sends) {
                startSender("--peer", receiver.address());
            } else {
                List<String> arguments = new ArrayList<>(receive);
                arguments.addAll(List.of("--peer", sender.address()));
                receiver = start(arguments);
                sender.type(IntStream.range(given, given + BATCH)
                        .mapToObj(number -> number + "\n")
                        .collect(joining()));
                given += BATCH;
            }
        }

        void check() throws IOException, InterruptedException {
            sender.input("");
            assertEquals(0, sender.exit(), () -> sender.errors() + "\n" + story); // not before all is processed
            confirmed.addAll(texts(sender));
            assertEquals(0, receiver.signal("INT").exit(), () -> receiver.errors() + "\n" + story);
            printed.addAll(receiver.lines());
            Set<String> lost = new TreeSet<>(confirmed);
            lost.removeAll(printed);
            assertEquals(Set.of(), lost, () -> send + ", after these kills: " + story);
            assertEquals(given, confirmed.size());
        }
    }

    private Cli start(List<String> arguments) throws IOException {
        Cli cli = Cli.start(arguments.toArray(String[]::new));
        started.add(cli);
        return cli;
    }

    private static List<String> texts(Cli cli) {
        return cli.objects().stream()
                .map(line -> JsonReader.text(line, "message"))
                .toList();
    }
}
