package io.parley.reliability.internal.journal;

import io.parley.core.error.ParleyException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The side of a {@link JournalLog} that touches its files. The thread that commits. */
final class JournalWriter {
    private static final int FIRST_BUFFER = 8 * 1024;

    private final JournalLog log;
    private final JournalFiles names;
    private final long epoch;
    private ByteBuffer group = buffer(FIRST_BUFFER);
    private Crc crc = new Crc(group);

    JournalWriter(JournalLog log, JournalFiles names, long epoch) {
        this.log = log;
        this.names = names;
        this.epoch = epoch;
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes what was appended. */
    void writeAll() {
        for (Staging.Lot lot = log.nextLot(); lot != null; lot = log.nextLot()) {
            write(lot, fileFor(lot));
        }
    }

    private void write(Staging.Lot lot, JournalFile file) {
        int bytes = lot.bytes();
        if (group.capacity() < lot.size()) {
            group = buffer(Math.max(lot.size(), 2 * group.capacity()));
            crc = new Crc(group);
        }
        group.clear().put(Group.HEADER, lot.records(), lot.from, bytes);
        Group header = new Group(0, epoch, lot.firstLsn, lot.count, bytes, log.forcedEnd())
                .outputs(log.outputs().with(lot));
        Group.seal(group, crc, file.number, header);
        int at = file.end;
        int records = at + Group.HEADER;
        Extent extent = Extent.of(group, header.run());
        file.dirty = true;
        file.file.write(group, at);
        file.end = at + header.end();
        log.written(file, new Run(epoch, lot.firstLsn, lot.count, records, records + bytes), extent);
    }

    private JournalFile fileFor(Staging.Lot lot) {
        JournalFile last = log.lastFile();
        if (last != null && last.number >= lot.fileNumber) {
            return last;
        }
        if (last != null && Seal.fits(last.file, last.end)) {
            mark(last, true);
            last.dirty = true;
            last.file.write(Seal.of(last.number, last.extent()), Seal.at(last.file));
        }
        JournalFile made = names.make(log, lot.fileNumber, lot.fileSize);
        log.added(made, names.room());
        return made;
    }

    /**
     * Forces what was written to these files, the last of which stays open.
     *
     * @throws ParleyException DISK_FAILED
     */
    void force(List<JournalFile> dirty) {
        JournalFile last = log.lastFile();
        for (JournalFile file : dirty) {
            file.file.force();
            file.dirty = false;
            if (!file.equals(last)) {
                file.file.close();
            }
        }
    }

    /** Whether the disk has so much room. */
    boolean hasRoom(long bytes) {
        return names.hasRoom(bytes);
    }

    /** Gives files back that were let go of. */
    void recycle(List<JournalFile> gone) {
        gone.forEach(file -> names.recycle(file, log.nextFileSize()));
    }

    /** Says in the file that this run ended well. */
    void endWell() {
        JournalFile last = log.lastFile();
        if (last != null) {
            mark(last, false);
            last.file.force();
        }
    }

    /** Says that nothing follows, where there is room; files keep room for it, but for those that are damaged. */
    private void mark(JournalFile in, boolean endOfFile) {
        if (Seal.at(in.file) - in.end >= Group.HEADER) {
            ByteBuffer mark = buffer(Group.HEADER);
            Group.seal(
                    mark,
                    new Crc(mark),
                    in.number,
                    Group.mark(epoch, log.writtenEnd(), log.forcedEnd(), endOfFile)
                            .outputs(log.outputs().written()));
            in.dirty = true;
            in.file.write(mark, in.end);
        }
    }
}
