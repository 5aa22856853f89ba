package io.parley.tools;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Durable jobs whose workers and sender are killed with SIGKILL, again and again. */
@Tag("processes")
@Timeout(300)
class DurableJobsProcessesTest {
    @TempDir
    private Path directory;

    private final Random chance = new Random(7);
    private final List<Cli> started = new ArrayList<>();
    private final List<Cli> workers = new ArrayList<>();
    private final List<Cli> dead = new ArrayList<>();
    private final Set<String> confirmed = new TreeSet<>();
    private Cli sender;
    private int jobs;

    @AfterEach
    void end() {
        started.forEach(Cli::close);
    }

    @Test
    void shouldHaveAllJobsDoneWhoeverIsKilled() throws IOException, InterruptedException {
        jobs = 1_500;
        begin(3);
        for (int i = 0; i < 4; i++) {
            Cli oldest = workers.get(0);
            oldest.awaitLines(oldest.lines().size() + 30);
            killWorker();
            if (i % 2 == 1) {
                killSender();
            }
        }
        finish();
    }

    /** As large as it was promised. */
    @Test
    @EnabledIfSystemProperty(named = "parley.long", matches = "true")
    void shouldHaveTenThousandJobsDoneWithAWorkerKilledEachSecond() throws IOException, InterruptedException {
        jobs = 10_000;
        begin(4);
        for (int second = 1; !sender.endsWithin(Duration.ofSeconds(1)); second++) {
            killWorker();
            if (second % 3 == 0 && second <= 9) {
                killSender();
            }
        }
        finish();
    }

    private void begin(int count) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            workers.add(worker());
        }
        sender = sender();
    }

    private Cli worker(String... peer) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("pull", "jobs", "--durable", "--json", "--concurrency", "2", "--handle-ms", "10"));
        arguments.addAll(List.of(peer));
        return start(arguments);
    }

    private Cli sender() throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("push", "jobs", "--durable", "--json"));
        arguments.addAll(List.of(
                "--until", "processed", "--data", directory.resolve("sender").toString()));
        for (Cli worker : workers) {
            arguments.addAll(List.of("--peer", worker.address()));
        }
        return start(arguments)
                .input(IntStream.rangeClosed(1, jobs)
                        .mapToObj(Integer::toString)
                        .filter(job -> !confirmed.contains(job))
                        .map(job -> job + "\n")
                        .collect(joining()));
    }

    private void killWorker() throws IOException, InterruptedException {
        Cli victim = workers.remove(chance.nextInt(workers.size()));
        victim.kill();
        dead.add(victim);
        workers.add(worker("--peer", sender.address()));
    }

    private void killSender() throws IOException, InterruptedException {
        sender.kill();
        sender.exit();
        confirm();
        sender = sender();
    }

    private void confirm() {
        sender.objects().forEach(line -> confirmed.add(JsonReader.text(line, "message")));
    }

    private void finish() throws InterruptedException, IOException {
        assertEquals(0, sender.exit(), () -> sender.errors().toString());
        confirm();
        for (Cli worker : workers) {
            assertEquals(0, worker.signal("TERM").exit(), () -> worker.errors().toString());
        }
        Set<String> done = new HashSet<>();
        Map<String, Integer> unmarked = new HashMap<>();
        Map<String, Integer> prints = new HashMap<>();
        Set<String> byTheDead = new HashSet<>();
        for (Cli worker : started) {
            boolean killed = dead.contains(worker);
            for (Map<String, Object> line :
                    workers.contains(worker) || killed ? lines(worker) : List.<Map<String, Object>>of()) {
                String id = JsonReader.text(line, "id");
                done.add(JsonReader.text(line, "message"));
                prints.merge(id, 1, Integer::sum);
                unmarked.merge(id, Boolean.TRUE.equals(line.get("redelivered")) ? 0 : 1, Integer::sum);
                if (killed) {
                    byTheDead.add(id);
                }
            }
        }
        Set<String> repeated = new TreeSet<>();
        prints.forEach((id, times) -> {
            if (times > 1) {
                repeated.add(id);
            }
        });
        System.err.println("jobs: " + jobs + ", confirmed: " + confirmed.size() + ", done: " + done.size()
                + ", workers killed: " + dead.size() + ", done more than once: " + repeated.size());
        assertEquals(jobs, confirmed.size());
        assertEquals(jobs, done.size());
        unmarked.values().removeIf(times -> times <= 1);
        assertEquals(Map.of(), unmarked, "given again without a mark");
        repeated.removeAll(byTheDead);
        assertEquals(Set.of(), repeated, "done twice, by workers that live");
        assertTrue(dead.size() > 1);
    }

    /** What a worker printed; of one that was killed the last line may be cut. */
    private static List<Map<String, Object>> lines(Cli worker) throws InterruptedException {
        worker.exit();
        return worker.lines().stream()
                .filter(line -> line.endsWith("}"))
                .map(JsonReader::object)
                .toList();
    }

    private Cli start(List<String> arguments) throws IOException {
        Cli cli = Cli.start(arguments.toArray(String[]::new));
        started.add(cli);
        return cli;
    }
}
