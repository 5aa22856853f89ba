package io.parley.reliability.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.log.Log;
import io.parley.core.log.Record;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Appends records to a log, and remembers them. */
final class Appender {
    /** A message as it was appended. */
    record Sent(long lsn, String key, String subject, long ttlMillis) {}

    private final Log log;
    private final List<Sent> sent = new ArrayList<>();
    private long wallMillis;

    Appender(Log log) {
        this.log = log;
    }

    /** The wall clock that is written into records. */
    void wall(long millis) {
        wallMillis = millis;
    }

    /** Returns the lsn, 0 when the log is full. */
    long append() {
        return append("", "", 0, 8);
    }

    long append(String key, String subject, long ttlMillis, int payload) {
        byte[] k = key.getBytes(UTF_8);
        byte[] s = subject.getBytes(UTF_8);
        int options = (ttlMillis > 0 ? 8 : 0) + (k.length > 0 ? 2 + k.length : 0) + (s.length > 0 ? 2 + s.length : 0);
        int length = Record.FIXED + options + payload;
        ByteBuffer b = log.claim(length);
        if (b == null) {
            return 0;
        }
        int at = b.position();
        int flags = (ttlMillis > 0 ? Record.EXPIRY : 0)
                | (k.length > 0 ? Record.KEY : 0)
                | (s.length > 0 ? Record.SUBJECT : 0);
        Record.writeShape(b, at, length, flags | options << 16);
        long lsn = log.nextLsn();
        Record.writePlace(b, at, lsn, wallMillis);
        b.position(at + Record.FIXED);
        if (ttlMillis > 0) {
            b.putLong(wallMillis + ttlMillis);
        }
        if (k.length > 0) {
            b.putShort((short) k.length).put(k);
        }
        if (s.length > 0) {
            b.putShort((short) s.length).put(s);
        }
        log.commit(length);
        sent.add(new Sent(lsn, key, subject, ttlMillis));
        return lsn;
    }

    List<Sent> sent() {
        return sent;
    }
}
