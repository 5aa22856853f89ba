package io.parley.core.log;

import java.nio.ByteBuffer;

/** Appends records whose payload is their lsn, and reads them back. */
final class Appending {
    private Appending() {}

    /** Appends a record of at least this many bytes; returns its lsn, or 0 when the log is full. */
    static long append(Log log, int length) {
        int whole = Math.max(length, Record.FIXED + Long.BYTES);
        ByteBuffer out = log.claim(whole);
        if (out == null) {
            return 0;
        }
        int at = out.position();
        long lsn = log.nextLsn();
        Record.writeShape(out, at, whole, 0);
        Record.writePlace(out, at, lsn, 0);
        out.putLong(at + Record.FIXED, lsn);
        log.commit(whole);
        return lsn;
    }

    /** The payload of the cursor's record, which must be the lsn that stands before it. */
    static long read(LogCursor cursor) {
        ByteBuffer bytes = cursor.segment().buffer();
        long lsn = Record.lsn(bytes, cursor.offset());
        if (bytes.getLong(Record.payload(bytes, cursor.offset())) != lsn) {
            throw new IllegalStateException("record " + lsn + " was overwritten");
        }
        return lsn;
    }
}
