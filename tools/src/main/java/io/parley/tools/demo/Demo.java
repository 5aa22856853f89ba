package io.parley.tools.demo;

import io.parley.tools.process.ChildProcess;
import io.parley.tools.process.Report;
import io.parley.tools.text.Durations;
import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Several processes share out work, one of them is killed, and nothing is lost. The parent only starts the processes, kills
 * one, and checks what they report.
 *
 * <pre>
 *   orders ──queue──▶ worker-1 ──topic──▶ results
 *          ├────────▶ worker-2 ─────────▶
 *          └────────▶ worker-3 ─────────▶
 * </pre>
 */
public final class Demo implements AutoCloseable {
    static final int WORKERS = 3;

    private static final Duration LIMIT = Duration.ofSeconds(50);
    private static final Duration GOODBYE = Duration.ofSeconds(5);
    private static final String VICTIM = "worker-2";

    /** These processes are small and short-lived: what counts is how fast they are there. */
    private static final List<String> JVM =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m");

    private final String transport;
    private final Consumer<String> out;
    private final Ledger ledger = new Ledger();
    private final String group = "demo-" + ProcessHandle.current().pid();
    private final Map<String, ChildProcess> children = new ConcurrentHashMap<>();
    private final long start = System.nanoTime();
    private boolean allRight = true;

    /**
     * Starts nothing yet.
     *
     * @param transport the name of the transport; empty for the best one
     * @param out gets the lines that are told
     */
    public Demo(String transport, Consumer<String> out) {
        this.transport = transport;
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
                "queue to three workers, the results through a topic to whoever watches. Each is a process of its own; they");
        tell(
                "find each other and talk directly, there is no server. One worker will be killed in the middle of its work.");
        tell("");
        if (!startAll() || !workAndKill(words.size())) {
            String why = broken()
                    ? "A process ended by itself, see above: "
                    : "The time of " + LIMIT.toSeconds() + " s is over: ";
            tell(why + ledger.done() + " orders done, " + ledger.confirmations() + " confirmed.");
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
        startChild(DemoPart.PUSHER, "orders");
        startChild(DemoPart.WATCHER, "results");
        for (int i = 1; i <= WORKERS; i++) {
            startChild(DemoPart.WORKER, "worker-" + i);
        }
        return await(() -> ledger.pushed() > 0);
    }

    private void startChild(String part, String name) throws IOException {
        List<String> arguments = List.of(part, name, transport, group);
        ChildProcess child =
                ChildProcess.start(new ChildProcess.Program(DemoPart.class, JVM, arguments), line -> heard(name, line));
        children.put(name, child);
        moment(name + " is process " + child.pid());
    }

    private void heard(String name, String line) {
        Map<String, Object> report = JsonReader.object(line);
        switch (JsonReader.text(report, Report.EVENT)) {
            case "pushing" -> ledger.pushing(JsonReader.whole(report, "orders"));
            case "processed" -> ledger.confirmed(JsonReader.text(report, "id"));
            case "result" -> ledger.result(JsonReader.text(report, "result"));
            default -> {
                ledger.failed();
                tell(name + ": " + line);
            }
        }
    }

    private boolean workAndKill(int orders) throws InterruptedException {
        moment("all have found each other; the orders are pushed");
        if (!await(() -> ledger.done() >= orders / 3 && ledger.doneBy(VICTIM) > 0)) {
            return false;
        }
        ChildProcess victim = child(VICTIM);
        victim.kill();
        moment(VICTIM + " (process " + victim.pid() + ") was killed with SIGKILL: " + ledger.done() + " of " + orders
                + " orders were done, " + ledger.doneBy(VICTIM) + " of them by it");
        moment("what it had taken and not finished goes to the other two");
        if (!await(() -> ledger.confirmations() + ledger.failures() >= orders)) {
            return false;
        }
        moment("all orders are confirmed: worker-1 ran " + ledger.doneBy("worker-1") + ", worker-2 "
                + ledger.doneBy(VICTIM) + ", worker-3 " + ledger.doneBy("worker-3"));
        for (ChildProcess child : children.values()) {
            child.end(GOODBYE);
        }
        return true;
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
                ledger.pushed() == orders && ledger.done() == orders,
                "every order has its result: " + ledger.done() + " of " + orders + ", none is missing");
        claim(
                ledger.failures() == 0 && ledger.confirmedEachOnce(),
                "every order was confirmed to who pushed it, once: " + ledger.confirmations());
        claim(
                ledger.unmarkedRepeats() == 0,
                ledger.redelivered() + " orders were given to another worker, marked as redelivered;" + " "
                        + ledger.repeated() + " of them ran twice");
        long letters = words.stream().mapToLong(Orders::letters).sum();
        claim(
                ledger.letters() == letters && ledger.disagreements() == 0,
                "the results add up: " + ledger.letters() + " letters, and the licence has " + letters);
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
                        !child.getKey().equals(VICTIM) && !child.getValue().alive());
    }

    private void moment(String text) {
        Duration since = Duration.ofNanos(System.nanoTime() - start);
        tell(String.format("%7s  %s", Durations.text(since), text));
    }

    private void tell(String text) {
        out.accept(text);
    }

    /** Kills what still runs of what was started. */
    @Override
    public void close() {
        children.values().forEach(ChildProcess::close);
    }
}
