package io.parley.tools.demo;

import io.parley.tools.process.ChildProcess;
import io.parley.tools.process.Report;
import io.parley.tools.text.Durations;
import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Several processes share out work that one of them keeps in a journal, a worker and that one are killed, and nothing is
 * lost. The parent only starts the processes, kills two, starts one of them again, and checks what they report.
 *
 * <pre>
 *   orders ──durable queue──▶ worker-1 ──topic──▶ results
 *      │   ├────────────────▶ worker-2 ─────────▶
 *   journal └───────────────▶ worker-3 ─────────▶
 * </pre>
 */
public final class Demo implements AutoCloseable {
    static final int WORKERS = 3;

    private static final Duration LIMIT = Duration.ofSeconds(50);
    private static final Duration GOODBYE = Duration.ofSeconds(5);
    private static final String VICTIM = "worker-2";
    private static final String SENDER = "orders";

    /** These processes are small and short-lived: what counts is how fast they are there. */
    private static final List<String> JVM =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m");

    private final String transport;
    private final Consumer<String> out;
    private final Ledger ledger = new Ledger();
    private final String group = "demo-" + ProcessHandle.current().pid();
    private final Map<String, ChildProcess> children = new ConcurrentHashMap<>();
    private final Set<String> killed = ConcurrentHashMap.newKeySet();
    private final Path data;
    private final long start = System.nanoTime();
    private boolean allRight = true;

    /**
     * Starts nothing yet; makes a directory for the journal, which goes with {@link #close}.
     *
     * @param transport the name of the transport; empty for the best one
     * @param out gets the lines that are told
     */
    public Demo(String transport, Consumer<String> out) throws IOException {
        this.transport = transport;
        data = Files.createTempDirectory("parley-demo-");
        this.out = out;
    }

    /**
     * Runs it, for less than a minute.
     *
     * @return whether all claims held
     */
    public boolean run() throws IOException, InterruptedException {
        List<String> words = Orders.words();
        tell("Every word of the Apache licence is an order: count its letters. " + words.size()
                + " orders go through a");
        tell(
                "durable queue to three workers, the results through a topic to whoever watches. Each is a process of its");
        tell(
                "own; they find each other and talk directly, there is no server. In the middle of the work one worker will be");
        tell("killed, and then the process that has the orders.");
        tell("");
        if (!startAll() || !workAndKill(words.size())) {
            String why = broken()
                    ? "A process ended by itself, see above: "
                    : "The time of " + LIMIT.toSeconds() + " s is over: ";
            tell(why + ledger.confirmed() + " orders in the journal, " + ledger.done() + " done.");
            return false;
        }
        tell("");
        tell("Checked by the ids of the messages:");
        check(words);
        tell("");
        tell(allRight ? "Nothing was lost." : "Something is wrong: this must not happen.");
        return allRight;
    }

    private boolean startAll() throws IOException, InterruptedException {
        startSender();
        startChild(DemoPart.WATCHER, "results");
        for (int i = 1; i <= WORKERS; i++) {
            startChild(DemoPart.WORKER, "worker-" + i);
        }
        return await(() -> ledger.pushers() == 1);
    }

    /** It pushes what nobody was told is in the journal; what is there it gives out anyway. */
    private void startSender() throws IOException {
        startChild(DemoPart.PUSHER, SENDER, data.toString(), Integer.toString(ledger.firstUnconfirmed()));
    }

    private void startChild(String part, String name, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(part, name, transport, group));
        arguments.addAll(List.of(more));
        ChildProcess child =
                ChildProcess.start(new ChildProcess.Program(DemoPart.class, JVM, arguments), line -> heard(name, line));
        children.put(name, child);
        killed.remove(name);
        moment(name + " is process " + child.pid());
    }

    private void heard(String name, String line) {
        Map<String, Object> report = JsonReader.object(line);
        switch (JsonReader.text(report, Report.EVENT)) {
            case "pushing" -> ledger.pushing();
            case "journaled" -> ledger.journaled(JsonReader.whole(report, "order"), JsonReader.text(report, "id"));
            case "processed" -> ledger.processed();
            case "result" -> ledger.result(JsonReader.text(report, "result"));
            default -> {
                ledger.failed();
                tell(name + ": " + line);
            }
        }
    }

    private boolean workAndKill(int orders) throws IOException, InterruptedException {
        moment("all have found each other; the orders are pushed");
        if (!await(() -> ledger.done() >= orders / 3 && ledger.doneBy(VICTIM) > 0)) {
            return false;
        }
        kill(VICTIM);
        moment("what it had taken and not finished goes to the other two");
        if (!await(() -> ledger.done() >= orders / 2)) {
            return false;
        }
        kill(SENDER);
        moment(ledger.confirmed() + " orders are in its journal, " + ledger.done()
                + " are done; the workers finish what they have");
        startSender();
        if (!await(() -> ledger.allProcessed() || ledger.failures() > 0)) {
            return false;
        }
        moment("all orders are done: worker-1 ran " + ledger.doneBy("worker-1") + ", worker-2 " + ledger.doneBy(VICTIM)
                + ", worker-3 " + ledger.doneBy("worker-3"));
        for (ChildProcess child : children.values()) {
            child.end(GOODBYE);
        }
        return true;
    }

    private void kill(String name) throws InterruptedException {
        ChildProcess victim = child(name);
        killed.add(name);
        victim.kill();
        moment(name + " (process " + victim.pid() + ") was killed with SIGKILL");
    }

    private ChildProcess child(String name) {
        ChildProcess child = children.get(name);
        if (child == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return child;
    }

    private void check(List<String> words) {
        int orders = words.size();
        claim(
                ledger.confirmed() == orders && ledger.lost() == 0 && ledger.failures() == 0,
                "every order that was confirmed as being in the journal is done: " + ledger.confirmed() + " of "
                        + orders);
        claim(
                ledger.done() == orders,
                "every order has its result: " + ledger.done() + " of " + orders + ", none is missing");
        claim(
                ledger.unmarkedRepeats() == 0,
                ledger.redelivered() + " orders were given out again, marked as redelivered; " + ledger.repeated()
                        + " of them ran twice");
        long letters = words.stream().mapToLong(Orders::letters).sum();
        claim(
                ledger.letters() == letters && ledger.disagreements() == 0,
                "the results add up: " + ledger.letters() + " letters, and the licence has " + letters);
        if (ledger.pushedAgain() > 0) {
            tell("         " + ledger.pushedAgain()
                    + " orders were pushed twice: their sender was killed before it was told");
        }
    }

    private void claim(boolean holds, String text) {
        allRight &= holds;
        tell((holds ? "  yes    " : "  WRONG  ") + text);
    }

    private boolean await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        return ledger.await(() -> condition.getAsBoolean() || broken(), start + LIMIT.toNanos()) && !broken();
    }

    /** A process that ended by itself will not come back. */
    private boolean broken() {
        return children.entrySet().stream()
                .anyMatch(child ->
                        !killed.contains(child.getKey()) && !child.getValue().alive());
    }

    private void moment(String text) {
        Duration since = Duration.ofNanos(System.nanoTime() - start);
        tell(String.format("%7s  %s", Durations.text(since), text));
    }

    private void tell(String text) {
        out.accept(text);
    }

    /** Kills what still runs of what was started, and removes the journal. */
    @Override
    public void close() {
        children.values().forEach(ChildProcess::close);
        try (Stream<Path> files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder()).forEach(Demo::remove);
        } catch (IOException | UncheckedIOException left) {
            // a directory for temporary files holds it
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
