package io.parley.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.parley.core.log.Log;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** Records whose bytes can be told from their lsn. */
final class Records {
    final List<Log> opened = new ArrayList<>();
    private final Consumer<Log> makeVisible;

    Records(Consumer<Log> makeVisible) {
        this.makeVisible = makeVisible;
    }

    /** Appends one record, if there is room for so many bytes. */
    private static boolean tryAppend(Log log, int length, int claim) {
        ByteBuffer room = log.claim(claim);
        if (room == null) {
            return false;
        }
        assertEquals(ByteOrder.LITTLE_ENDIAN, room.order());
        assertTrue(room.remaining() >= claim, "less room than was claimed");
        int at = room.position();
        long lsn = log.nextLsn();
        for (int i = Record.FIXED; i < length; i++) {
            room.put(at + i, pattern(lsn, i));
        }
        Record.writeShape(room, at, length, 0);
        Record.writePlace(room, at, lsn, lsn * 3);
        log.commit(length);
        return true;
    }

    private static byte pattern(long lsn, int index) {
        return (byte) (lsn * 31 + index * 7L + (index >>> 8));
    }

    void append(Log log, int length, int claim) {
        assertTrue(tryAppend(log, length, claim), "no room");
        makeVisible.accept(log);
    }

    /** Appends so many records; the n-th of them all has lsn n. */
    void append(Log log, int count, IntUnaryOperator size) {
        for (int i = 0; i < count; i++) {
            int length = size.applyAsInt((int) log.nextLsn());
            assertTrue(tryAppend(log, length, length), "no room");
        }
        makeVisible.accept(log);
    }

    /** Appends until there is no room. */
    long fill(Log log, int length) {
        long count = 0;
        while (tryAppend(log, length, length)) {
            count++;
        }
        makeVisible.accept(log);
        return count;
    }

    /** Appends so many, and waits for room where there is none. */
    void appendPatiently(Log log, int count, IntUnaryOperator size) {
        for (int i = 0; i < count; i++) {
            int length = size.applyAsInt((int) log.nextLsn());
            while (!tryAppend(log, length, length)) {
                makeVisible.accept(log);
                Thread.onSpinWait();
            }
            if (i % 10 == 0) {
                makeVisible.accept(log);
            }
        }
        makeVisible.accept(log);
    }

    /** That these records can be read, from a first one up to, not including, an end. */
    void assertReadable(Log log, long from, long end, IntUnaryOperator size) {
        LogCursor cursor = new LogCursor(log, from);
        for (long lsn = from; lsn < end; lsn++) {
            assertTrue(cursor.hasNext(), "record " + lsn + " is missing");
            assertNext(cursor, lsn, size);
        }
        Segment segment = log.segment(end - 1);
        if (end > from) {
            assertNotNull(segment, "segment of " + (end - 1));
        }
    }

    void assertNext(LogCursor cursor, long lsn, IntUnaryOperator size) {
        ByteBuffer bytes = cursor.segment().buffer();
        int at = cursor.offset();
        int length = size.applyAsInt((int) lsn);
        assertEquals(lsn, cursor.lsn());
        assertEquals(lsn, Record.lsn(bytes, at));
        assertEquals(length, Record.length(bytes, at));
        assertEquals(lsn * 3, Record.time(bytes, at));
        for (int i = Record.FIXED; i < length; i++) {
            if (bytes.get(at + i) != pattern(lsn, i)) {
                fail("record " + lsn + ": byte " + i + " of " + length + " is not the one that was appended");
            }
        }
        cursor.next();
    }
}
