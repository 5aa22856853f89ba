package io.parley.reliability.internal.journal;

import io.parley.core.log.Damage;
import io.parley.core.log.Record;
import io.parley.core.spi.Storage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A look at all of a log, file by file; and the rewriting of those that are damaged. One thread; reads all of every file. */
public final class LogSurvey {
    private final Storage storage;
    private final String name;

    /** Of one log of a directory. */
    public LogSurvey(Storage storage, String name) {
        this.storage = storage;
        this.name = name;
    }

    /** The names of the logs in a directory, sorted. */
    public static List<String> logs(Storage storage) {
        return JournalFiles.logs(storage);
    }

    /** What is told of each record that is sound, in order. */
    public interface Reader {
        /**
         * A record.
         *
         * @param records what holds it, see {@link Record}
         * @param at where it begins there
         * @param epoch of the run that appended it
         */
        void record(ByteBuffer records, int at, long epoch);
    }

    /**
     * What was found.
     *
     * @param records how many are sound
     * @param firstLsn the lowest of them
     * @param endLsn one more than the highest lsn that is known of
     * @param lastEpoch of the run that appended the last of them
     * @param damages what is not sound, by file
     * @param torn whether an end is cut that had not been forced
     */
    public record Found(
            long records,
            long firstLsn,
            long endLsn,
            long lastEpoch,
            Map<String, List<Damage>> damages,
            boolean torn) {}

    /** Reads all of it. */
    public Found read(Reader reader) {
        Recovery recovery = new Recovery(storage, name);
        Map<String, List<Damage>> damages = new TreeMap<>();
        Extent all = Extent.NONE;
        for (Recovery.Found file : recovery.found()) {
            SegmentScan scan = file.read();
            if (!scan.damages().isEmpty()) {
                damages.put(recovery.names().name(file.number()), scan.damages());
            }
            all = all.plus(scan.extent());
            tell(scan, file, reader);
            file.file().close();
        }
        return new Found(all.count(), all.firstLsn(), recovery.nextLsn(), all.lastEpoch(), damages, recovery.torn());
    }

    private static void tell(SegmentScan scan, Recovery.Found file, Reader reader) {
        ByteBuffer b = file.file().view();
        for (int i = 0; i < scan.runs().size(); i++) {
            Run run = scan.runs().get(i);
            for (int at = run.at(); at < run.end(); at += Record.length(b, at)) {
                reader.record(b, at, run.epoch());
            }
        }
    }

    /** Rewrites what is damaged or torn, without it; of what it was before a copy stays in {@code quarantine/}. */
    public Found repair() {
        Found before = read((records, at, epoch) -> {});
        Recovery recovery = new Recovery(storage, name);
        List<Recovery.Found> files = recovery.found();
        for (Recovery.Found file : recovery.cut()) {
            recovery.names().quarantine(file.number(), file.file());
            recovery.names().discard(file.number(), file.file());
        }
        for (Recovery.Found file : new ArrayList<>(files)) {
            SegmentScan scan = file.read();
            boolean last = file.number() == files.get(files.size() - 1).number();
            if (!scan.damages().isEmpty() || last && recovery.torn()) {
                recovery.names().replace(file.number(), file.file(), rewritten(file, scan, last));
            }
            file.file().close();
        }
        return before;
    }

    /** A file with a group for each run. */
    private static ByteBuffer rewritten(Recovery.Found file, SegmentScan scan, boolean last) {
        Runs runs = scan.runs();
        int size = Group.HEADER + Seal.SIZE;
        for (int i = 0; i < runs.size(); i++) {
            size += Group.size(runs.get(i).end() - runs.get(i).at(), runs.get(i).count());
        }
        ByteBuffer out = buffer(Math.max(size, file.file().size()));
        ByteBuffer from = file.file().view();
        long nextLsn = scan.nextLsn();
        int at = 0;
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            int bytes = run.end() - run.at();
            Group group = new Group(0, run.epoch(), run.firstLsn(), run.count(), bytes, run.firstLsn())
                    .outputs(scan.outputs());
            ByteBuffer one = buffer(Group.size(bytes, run.count())).put(Group.HEADER, from, run.at(), bytes);
            Group.seal(one, new Crc(one), file.number(), group);
            out.put(at, one, 0, one.limit());
            at += one.limit();
        }
        ByteBuffer mark = buffer(Group.HEADER);
        Group end = Group.mark(scan.epoch(), nextLsn, nextLsn, !last).outputs(scan.outputs());
        Group.seal(mark, new Crc(mark), file.number(), end);
        out.put(at, mark, 0, mark.limit());
        if (!last) {
            ByteBuffer seal = Seal.of(file.number(), scan.extent());
            out.put(out.capacity() - Seal.SIZE, seal, 0, Seal.SIZE);
        }
        return out;
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
