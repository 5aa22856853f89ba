package io.parley.reliability.internal.journal;

import io.parley.core.channel.Flush;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Appends records that name their run, and reads what is there. */
final class Writer {
    static final long CAPACITY = 256 * 1024;

    private Writer() {}

    static JournalLog open(io.parley.core.spi.Storage storage, Flush flush, long epoch) {
        return new JournalLog(new Recovery(storage, "topic.a"), flush, epoch, CAPACITY);
    }

    static boolean append(JournalLog log, long epoch, int payload) {
        int length = Record.FIXED + payload;
        ByteBuffer room = log.claim(length);
        if (room == null) {
            return false;
        }
        int at = room.position();
        long lsn = log.nextLsn();
        for (int i = 0; i < payload; i++) {
            room.put(at + Record.FIXED + i, (byte) (lsn * 31 + i + epoch * 7));
        }
        Record.writeShape(room, at, length, 0);
        Record.writePlace(room, at, lsn, epoch);
        log.commit(length);
        return true;
    }

    /** The ids of all visible records, each checked byte by byte, as {@code epoch:lsn}. */
    static List<String> read(JournalLog log) {
        List<String> ids = new ArrayList<>();
        LogCursor cursor = new LogCursor(log, log.firstLsn());
        while (cursor.hasNext()) {
            ByteBuffer b = cursor.segment().buffer();
            int at = cursor.offset();
            long epoch = cursor.segment().epoch();
            long lsn = cursor.lsn();
            if (Record.lsn(b, at) != lsn || Record.time(b, at) != epoch) {
                throw new AssertionError("record " + lsn + " is not what it was");
            }
            for (int i = Record.FIXED; i < Record.length(b, at); i++) {
                if (b.get(at + i) != (byte) (lsn * 31 + i - Record.FIXED + epoch * 7)) {
                    throw new AssertionError("byte " + i + " of record " + lsn + " is not what it was");
                }
            }
            ids.add(epoch + ":" + lsn);
            cursor.next();
        }
        return ids;
    }

    /** The lsns of all visible records. */
    static List<String> ids(JournalLog log) {
        List<String> lsns = new ArrayList<>();
        LogCursor cursor = new LogCursor(log, log.firstLsn());
        while (cursor.hasNext()) {
            lsns.add(Long.toString(cursor.lsn()));
            cursor.next();
        }
        return lsns;
    }

    /** Passes over all records. */
    static void skim(JournalLog log) {
        LogCursor cursor = new LogCursor(log, log.firstLsn());
        while (cursor.hasNext()) {
            cursor.nextRun(Integer.MAX_VALUE / 2, Integer.MAX_VALUE);
        }
    }
}
