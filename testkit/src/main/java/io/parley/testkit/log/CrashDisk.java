package io.parley.testkit.log;

import io.parley.testkit.seeded.SeededEntropy;
import java.util.Map;
import java.util.TreeMap;

/**
 * The data directory of a simulated node: an epoch, and by name logs and ledgers, each a file of its own. At a power cut
 * each of them loses another part of what was not forced. Any thread; nothing here waits.
 */
public final class CrashDisk {
    private final long epoch;
    private final Map<String, CrashLog> logs = new TreeMap<>();
    private final Map<String, CrashLedger> ledgers = new TreeMap<>();

    private CrashDisk(long epoch) {
        this.epoch = epoch;
    }

    /** An empty disk, at the start of a first run: its epoch is 1. */
    public static CrashDisk empty() {
        return new CrashDisk(1);
    }

    /** The epoch of this run, which was forced before it began. */
    public long epoch() {
        return epoch;
    }

    /** The log of this name; a new one, when no run before made it. What is there keeps its flush and its capacity. */
    public synchronized CrashLog log(String name, Flush flush, long capacity) {
        return logs.computeIfAbsent(name, n -> new CrashLog(flush, epoch, capacity));
    }

    /** The ledger of this name; an empty one, when no run before made it. */
    public synchronized CrashLedger ledger(String name) {
        return ledgers.computeIfAbsent(name, n -> new CrashLedger());
    }

    /** Writes all files, and forces none. */
    public synchronized void write() {
        logs.values().forEach(CrashLog::write);
        ledgers.values().forEach(CrashLedger::write);
    }

    /** Writes and forces all files. */
    public synchronized void force() {
        logs.values().forEach(CrashLog::force);
        ledgers.values().forEach(CrashLedger::force);
    }

    /** What the next run finds on the disk. This one is not to be used any more. */
    public synchronized CrashDisk crash(Crash how, SeededEntropy chance) {
        CrashDisk found = new CrashDisk(epoch + 1);
        logs.forEach((name, log) -> found.logs.put(name, log.crash(how, found.epoch, chance)));
        ledgers.forEach((name, ledger) -> found.ledgers.put(name, ledger.crash(how, chance)));
        return found;
    }
}
