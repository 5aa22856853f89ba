package io.parley.tools.demo;

import io.parley.tools.text.JsonReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What the demo's processes reported, to be checked. Thread-safe. */
final class Ledger {
    /** A message's runs, and those among them that were not marked as redelivered. */
    private record Runs(long order, long letters, int total, int unmarked) {
        Runs plus(int more) {
            return new Runs(order, letters, total + 1, unmarked + more);
        }
    }

    private final Map<String, Runs> byId = new HashMap<>();
    private final Map<Long, Long> letters = new HashMap<>();
    private final Map<String, Integer> byWorker = new HashMap<>();
    private final Map<Long, String> journaled = new HashMap<>();
    private final Set<String> journaledIds = new HashSet<>();
    private boolean processed;
    private int pushing;
    private int failures;
    private int redelivered;
    private int disagreements;

    synchronized void pushing() {
        pushing++;
        notifyAll();
    }

    synchronized void journaled(long order, String id) {
        journaled.put(order, id);
        journaledIds.add(id);
        notifyAll();
    }

    synchronized void processed() {
        processed = true;
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
        long count = JsonReader.whole(result, "letters");
        Runs all = byId.getOrDefault(id, new Runs(order, count, 0, 0));
        Long before = letters.putIfAbsent(order, count);
        if (all.order() != order || before != null && before != count) {
            disagreements++;
        }
        byId.put(id, all.plus(marked ? 0 : 1));
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
            wait(Math.min(left, 100));
        }
        return true;
    }

    /** How many processes have begun to push. */
    synchronized int pushers() {
        return pushing;
    }

    /** Orders whose sender was told that they are in its journal. */
    synchronized int confirmed() {
        return journaled.size();
    }

    /** The first order that nobody was told is in the journal. */
    synchronized int firstUnconfirmed() {
        int order = 0;
        while (journaled.containsKey((long) order)) {
            order++;
        }
        return order;
    }

    /** Whether the sender knows that all in its journal is done. */
    synchronized boolean allProcessed() {
        return processed;
    }

    /** Orders that have a result. */
    synchronized int done() {
        return letters.size();
    }

    synchronized int doneBy(String worker) {
        return byWorker.getOrDefault(worker, 0);
    }

    synchronized int failures() {
        return failures;
    }

    /** Messages that were confirmed and have no result, by their ids. */
    synchronized int lost() {
        Set<String> missing = new HashSet<>(journaledIds);
        missing.removeAll(byId.keySet());
        return missing.size();
    }

    /** Messages beyond one for each order: pushed again, since who pushed them was killed before it was told. */
    synchronized int pushedAgain() {
        return byId.size() - letters.size();
    }

    synchronized int redelivered() {
        return redelivered;
    }

    /** Messages that ran more than once. */
    synchronized long repeated() {
        return byId.values().stream().filter(all -> all.total() > 1).count();
    }

    /** Messages of which two runs both claimed to be the first. */
    synchronized long unmarkedRepeats() {
        return byId.values().stream().filter(all -> all.unmarked() > 1).count();
    }

    synchronized long letters() {
        return letters.values().stream().mapToLong(count -> count).sum();
    }

    /** Results that contradict each other. */
    synchronized int disagreements() {
        return disagreements;
    }
}
