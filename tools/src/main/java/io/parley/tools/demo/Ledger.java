package io.parley.tools.demo;

import io.parley.tools.text.JsonReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What the demo's processes reported, to be checked. Thread-safe. */
final class Ledger {
    /** Every order's runs: first those that were not marked as redelivered. */
    private record Runs(String id, long letters, int total, int unmarked) {
        Runs plus(int more) {
            return new Runs(id, letters, total + 1, unmarked + more);
        }
    }

    private final Map<Long, Runs> runs = new HashMap<>();
    private final Map<String, Integer> byWorker = new HashMap<>();
    private final Set<String> confirmed = new HashSet<>();
    private int pushed;
    private int confirmations;
    private int failures;
    private int redelivered;
    private int disagreements;

    synchronized void pushing(long orders) {
        pushed = (int) orders;
        notifyAll();
    }

    synchronized void confirmed(String id) {
        confirmations++;
        confirmed.add(id);
        notifyAll();
    }

    synchronized void failed() {
        failures++;
        notifyAll();
    }

    synchronized void result(String text) {
        Map<String, Object> result = JsonReader.object(text);
        long order = JsonReader.whole(result, "order");
        boolean marked = Boolean.TRUE.equals(result.get("redelivered"));
        String id = JsonReader.text(result, "id");
        long letters = JsonReader.whole(result, "letters");
        Runs all = runs.getOrDefault(order, new Runs(id, letters, 0, 0));
        if (!all.id().equals(id) || all.letters() != letters) {
            disagreements++;
        }
        runs.put(order, all.plus(marked ? 0 : 1));
        byWorker.merge(JsonReader.text(result, "worker"), 1, Integer::sum);
        if (marked) {
            redelivered++;
        }
        notifyAll();
    }

    /**
     * Waits until the condition, which may ask this ledger, holds.
     *
     * @param end by the JVM's nano time
     */
    synchronized boolean await(BooleanSupplier condition, long end) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(Math.min(left, 200));
        }
        return true;
    }

    synchronized int pushed() {
        return pushed;
    }

    synchronized int done() {
        return runs.size();
    }

    synchronized int doneBy(String worker) {
        return byWorker.getOrDefault(worker, 0);
    }

    synchronized int confirmations() {
        return confirmations;
    }

    synchronized int failures() {
        return failures;
    }

    synchronized int redelivered() {
        return redelivered;
    }

    /** Orders that ran more than once. */
    synchronized long repeated() {
        return runs.values().stream().filter(all -> all.total() > 1).count();
    }

    /** Orders of which two runs both claimed to be the first. */
    synchronized long unmarkedRepeats() {
        return runs.values().stream().filter(all -> all.unmarked() > 1).count();
    }

    synchronized long letters() {
        return runs.values().stream().mapToLong(Runs::letters).sum();
    }

    synchronized int disagreements() {
        return disagreements;
    }

    /** Whether each order's id was confirmed, and nothing else, and nothing twice. */
    synchronized boolean confirmedEachOnce() {
        Set<String> ids = new HashSet<>();
        runs.values().forEach(all -> ids.add(all.id()));
        return ids.size() == runs.size() && ids.equals(confirmed) && confirmations == confirmed.size();
    }
}
