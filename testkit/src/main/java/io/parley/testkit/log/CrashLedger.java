package io.parley.testkit.log;

import io.parley.core.spi.Ledger;
import io.parley.testkit.seeded.SeededEntropy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A ledger that outlives a simulated crash, except for what was not forced. Any thread; nothing here waits. */
public final class CrashLedger implements Ledger {
    private final List<Entry> entries = new ArrayList<>();
    private int written;
    private int forced;

    /** An empty ledger. */
    public CrashLedger() {}

    @Override
    public synchronized void replay(Consumer<Entry> visitor) {
        List.copyOf(entries).forEach(visitor);
    }

    @Override
    public synchronized long append(Entry entry) {
        entries.add(entry);
        return entries.size();
    }

    @Override
    public synchronized long forcedUpTo() {
        return forced;
    }

    @Override
    public synchronized long writtenUpTo() {
        return written;
    }

    /** What was appended is written. */
    public synchronized void write() {
        written = entries.size();
    }

    /** What was appended is written and forced. */
    public synchronized void force() {
        written = entries.size();
        forced = written;
    }

    /** What the next run finds: all of it forced. */
    public synchronized CrashLedger crash(Crash how, SeededEntropy chance) {
        int end = how == Crash.KILL ? written : (int) chance.nextBetween(forced, written);
        CrashLedger found = new CrashLedger();
        found.entries.addAll(entries.subList(0, end));
        found.force();
        return found;
    }
}
