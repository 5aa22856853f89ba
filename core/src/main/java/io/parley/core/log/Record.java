package io.parley.core.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The layout of a record: one message in a log. The same bytes stand in the ring, on the wire and in the journal. All
 * numbers are little endian; buffers handed to this class must be set to that order.
 *
 * <pre>
 *   0        4      6      8               16              24
 *   +--------+------+------+---------------+---------------+---------+---------+
 *   | length | flags| opts | lsn           | time          | options | payload |
 *   | u32    | u16  | u16  | u64           | i64           | opts B  | the rest|
 *   +--------+------+------+---------------+---------------+---------+---------+
 *
 *   options, in this order, each only when its flag is set
 *     EXPIRY   i64  milliseconds since 1970, by the sender's clock
 *     KEY      u16 length, UTF-8
 *     SUBJECT  u16 length, UTF-8: what follows the channel and its dot
 *     HEADERS  u16 count, then per header u16 length, UTF-8 name, u16 length, UTF-8 value
 * </pre>
 *
 * {@code length} counts the whole record. {@code time} is milliseconds since 1970 by the sender's clock, read once per
 * turn of its loop while it is busy. Source: Parley's own, docs/protocol.md.
 */
public final class Record {
    /** The bytes before the options. */
    public static final int FIXED = 24;

    /** The most bytes that the options of a record may take. */
    public static final int MAX_OPTIONS = 32 * 1024;

    public static final int EXPIRY = 1;
    public static final int KEY = 1 << 1;
    public static final int SUBJECT = 1 << 2;
    public static final int HEADERS = 1 << 3;

    private static final int FLAGS = 4;
    private static final int OPTIONS = 6;
    private static final int LSN = 8;
    private static final int TIME = 16;

    private Record() {}

    /** The length of the whole record. */
    public static int length(ByteBuffer b, int at) {
        return b.getInt(at);
    }

    /** The flags. */
    public static int flags(ByteBuffer b, int at) {
        return b.getShort(at + FLAGS) & 0xFFFF;
    }

    /** Length of the optional part in bytes. */
    public static int optionsLength(ByteBuffer b, int at) {
        return b.getShort(at + OPTIONS) & 0xFFFF;
    }

    /** The place in the log. */
    public static long lsn(ByteBuffer b, int at) {
        return b.getLong(at + LSN);
    }

    /** When it was appended, in milliseconds since 1970. */
    public static long time(ByteBuffer b, int at) {
        return b.getLong(at + TIME);
    }

    /** Where the payload begins. */
    public static int payload(ByteBuffer b, int at) {
        return at + FIXED + optionsLength(b, at);
    }

    /** When the record expires, in milliseconds since 1970; {@link Long#MAX_VALUE} when it does not. */
    public static long expiry(ByteBuffer b, int at) {
        return (flags(b, at) & EXPIRY) == 0 ? Long.MAX_VALUE : b.getLong(at + FIXED);
    }

    /** Where the length of the key stands, or -1 when there is no key. */
    public static int key(ByteBuffer b, int at) {
        int flags = flags(b, at);
        return (flags & KEY) == 0 ? -1 : at + FIXED + ((flags & EXPIRY) == 0 ? 0 : Long.BYTES);
    }

    /** Where the length of the subject's suffix stands, or -1 when there is no suffix. */
    public static int subject(ByteBuffer b, int at) {
        int flags = flags(b, at);
        if ((flags & SUBJECT) == 0) {
            return -1;
        }
        int next = at + FIXED + ((flags & EXPIRY) == 0 ? 0 : Long.BYTES);
        return (flags & KEY) == 0 ? next : next + 2 + stringLength(b, next);
    }

    /** Where the count of the headers stands, or -1 when there are none. */
    public static int headers(ByteBuffer b, int at) {
        int flags = flags(b, at);
        if ((flags & HEADERS) == 0) {
            return -1;
        }
        int next = at + FIXED + ((flags & EXPIRY) == 0 ? 0 : Long.BYTES);
        if ((flags & KEY) != 0) {
            next += 2 + stringLength(b, next);
        }
        return (flags & SUBJECT) == 0 ? next : next + 2 + stringLength(b, next);
    }

    /** The length of the string whose length field stands here. */
    public static int stringLength(ByteBuffer b, int at) {
        return b.getShort(at) & 0xFFFF;
    }

    /**
     * Writes the length and the flags once the options and the payload stand behind the fixed part.
     *
     * @param length of the whole record
     * @param flagsAndOptions flags in the low half, length of the options in the high half
     */
    public static void writeShape(ByteBuffer b, int at, int length, int flagsAndOptions) {
        b.putInt(at, length).putInt(at + FLAGS, flagsAndOptions);
    }

    /** Writes the place in the log and the time. */
    public static void writePlace(ByteBuffer b, int at, long lsn, long time) {
        b.putLong(at + LSN, lsn).putLong(at + TIME, time);
    }

    /**
     * Checks a record that came from outside: that it lies within the limit, and that its options lie within it.
     *
     * @return its length, or -1 when it is damaged
     */
    public static int check(ByteBuffer b, int at, int limit) {
        if (at < 0 || limit - at < FIXED) {
            return -1;
        }
        int length = length(b, at);
        int options = optionsLength(b, at);
        if (length < FIXED + options || length > limit - at || options > MAX_OPTIONS) {
            return -1;
        }
        return checkOptions(b, at, options) ? length : -1;
    }

    private static boolean checkOptions(ByteBuffer b, int at, int options) {
        int flags = flags(b, at);
        if ((flags & ~(EXPIRY | KEY | SUBJECT | HEADERS)) != 0) {
            return false;
        }
        int next = at + FIXED;
        int end = next + options;
        if ((flags & EXPIRY) != 0) {
            next += Long.BYTES;
        }
        if ((flags & KEY) != 0) {
            next = afterString(b, next, end);
        }
        if ((flags & SUBJECT) != 0) {
            next = afterString(b, next, end);
        }
        if ((flags & HEADERS) != 0) {
            next = afterHeaders(b, next, end);
        }
        return next == end;
    }

    private static int afterHeaders(ByteBuffer b, int at, int end) {
        if (at > end - 2) {
            return Integer.MAX_VALUE;
        }
        int strings = 2 * stringLength(b, at);
        int next = at + 2;
        for (int i = 0; i < strings && next <= end; i++) {
            next = afterString(b, next, end);
        }
        return next;
    }

    private static int afterString(ByteBuffer b, int at, int end) {
        return at > end - 2 ? Integer.MAX_VALUE : at + 2 + stringLength(b, at);
    }

    /** A buffer view of the same bytes in the order that this class wants. */
    public static ByteBuffer view(ByteBuffer b) {
        return b.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
