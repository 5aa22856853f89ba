package io.parley.reliability.internal.durable;

import io.parley.core.channel.Flush;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Retention;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.log.Damage;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.spi.DeadRecord;
import io.parley.core.spi.LogListener;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.durable.DeadLetterNote.Buried;
import io.parley.reliability.internal.durable.DeadLetterNote.Removed;
import io.parley.reliability.internal.durable.DeadLetterNote.Why;
import io.parley.reliability.internal.journal.JournalLog;
import io.parley.reliability.internal.journal.Recovery;
import io.parley.reliability.internal.protocol.DeadLetterBox.Letter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a queue on disk: a log in which each message is followed by a note that says which one it was and why it
 * died, and where later notes say which are gone. The oldest go when there are too many, or they are too old. When less than
 * half of the log is still wanted, that is written anew at its end, and what came before is let go of.
 *
 * <pre>
 *   [ message, BURIED ][ message, BURIED ][ REMOVED ] ... [ message, BURIED ]
 *     ▲ the oldest that is wanted: all before it goes
 * </pre>
 *
 * Belongs to the thread that commits.
 */
final class DeadLetterLog {
    private static final long SMALLEST = 8L << 20;
    private static final long LEAST_ROOM = 256 << 10;
    private static final long MOST_LETTERS = 100_000;
    private static final int MOST_STAGED = 1 << 20;

    private final JournalLog log;
    private final long capacity;
    private final long mostBytes;
    private final long mostLetters;
    private final long mostAge;
    private final LogListener listener;
    private final DeadLetterIndex index = new DeadLetterIndex();
    private int staged;

    /**
     * What it may hold.
     *
     * @param capacity of the queue's log, in bytes
     * @param budget of all logs of the directory, in bytes
     * @param retention of the queue
     */
    record Limits(long capacity, long budget, Retention retention) {}

    /** Opens one, and reads what is there. */
    DeadLetterLog(Recovery found, long epoch, Limits limits, LogListener listener) {
        capacity = Math.max(SMALLEST, limits.capacity);
        mostBytes = Math.min(capacity / 4, Math.max(LEAST_ROOM, limits.budget / 4));
        this.listener = listener;
        log = new JournalLog(found, Flush.OS, epoch, capacity);
        mostLetters = Math.min(MOST_LETTERS, limits.retention.messages());
        mostAge = limits.retention.age().toMillis();
        read();
    }

    private void read() {
        DeadLetterScan scan = new DeadLetterScan(index);
        LogCursor cursor = new LogCursor(log, log.firstLsn());
        while (cursor.hasNext()) {
            scan.record(cursor.segment().buffer(), cursor.offset());
            cursor.next();
        }
    }

    DeadLetterIndex index() {
        return index;
    }

    /** Of what was kept here, what cannot be read any more. */
    List<Damage> damages() {
        return log.damages();
    }

    /** Adds a letter, unless it is there. It is safe only after {@link #force}. */
    void add(Letter letter) {
        if (index.find(letter.id()) == null) {
            append(letter.in().buffer(), letter.offset(), new Buried(letter.id(), letter.death()));
        }
    }

    private void append(ByteBuffer records, int at, Buried note) {
        int length = Record.length(records, at);
        makeRoom(length);
        long place = log.nextLsn();
        ByteBuffer out = claim(length);
        int to = out.position();
        out.put(to, records, at, length);
        Record.writePlace(out, to, place, Record.time(records, at));
        log.commit(length);
        int bytes = length + note(note);
        index.put(new DeadLetterIndex.Entry(
                note.id(), place, bytes, note.death().at().toEpochMilli()));
        staged(bytes);
    }

    private ByteBuffer claim(int length) {
        ByteBuffer out = log.claim(length);
        if (out == null) {
            throw full();
        }
        return out;
    }

    private int note(DeadLetterNote note) {
        int length = NoteBytes.append(log, note);
        if (length == 0) {
            throw full();
        }
        return length;
    }

    private ParleyException full() {
        return new ParleyException(
                ErrorCode.DISK_FULL, "dead letters hold " + log.usedBytes() + " bytes, their limit is " + capacity);
    }

    /** What waits to be written is bounded. */
    private void staged(int bytes) {
        staged += bytes;
        if (staged > MOST_STAGED) {
            write();
        }
    }

    private void makeRoom(int bytes) {
        long gone = 0;
        DeadLetterIndex.Entry oldest = index.oldest();
        while (oldest != null && (index.size() >= mostLetters || index.bytes() + bytes > mostBytes)) {
            remove(oldest.id(), Why.NO_ROOM);
            gone++;
            oldest = index.oldest();
        }
        tell(gone, Why.NO_ROOM);
        if (log.usedBytes() > 2 * mostBytes) {
            compact();
        }
    }

    /**
     * Removes what is too old.
     *
     * @return when something will be too old, in milliseconds since 1970
     */
    long expire(long nowMillis) {
        long gone = 0;
        DeadLetterIndex.Entry oldest = index.oldest();
        while (oldest != null && oldest.at() + mostAge <= nowMillis) {
            remove(oldest.id(), Why.TOO_OLD);
            gone++;
            oldest = index.oldest();
        }
        tell(gone, Why.TOO_OLD);
        return oldest == null ? Long.MAX_VALUE : oldest.at() + mostAge;
    }

    private void tell(long gone, Why why) {
        if (gone > 0) {
            String text = "the oldest dead letters: "
                    + why.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            listener.happened(Happening.DEAD_LETTERS_DROPPED, gone, text);
        }
    }

    /** Removes a letter; returns whether it was there. It stays away only after {@link #force}. */
    boolean remove(Position id, Why why) {
        boolean there = index.remove(id);
        if (there) {
            staged(note(new Removed(id, why)));
        }
        return there;
    }

    /** Writes what is wanted anew at the end. A crash in between leaves some of it twice, which is the same. */
    private void compact() {
        write();
        trim();
        long end = log.nextLsn();
        if (log.usedBytes() <= 2 * mostBytes) {
            return;
        }
        DeadLetterIndex.Entry next = index.oldest();
        while (next != null && next.place() < end) {
            DeadLetterIndex.Entry entry = next;
            next = index.behind(entry.place());
            visit(entry, (cursor, note) -> move(entry, cursor, note));
        }
        force();
    }

    private void move(DeadLetterIndex.Entry entry, LogCursor message, Buried note) {
        ByteBuffer from = message.segment().buffer();
        int at = message.offset();
        int length = Record.length(from, at);
        long place = log.nextLsn();
        ByteBuffer out = claim(length);
        int to = out.position();
        out.put(to, from, at, length);
        Record.writePlace(out, to, place, Record.time(from, at));
        log.commit(length);
        note(note);
        index.put(new DeadLetterIndex.Entry(entry.id(), place, entry.bytes(), entry.at()));
        staged(entry.bytes());
    }

    /** A copy of a letter; null when it is not there, or cannot be read any more. */
    @Nullable DeadRecord read(DeadLetterIndex.Entry entry) {
        DeadRecord[] found = {null};
        visit(entry, (message, note) -> found[0] = copy(message, note));
        return found[0];
    }

    private static DeadRecord copy(LogCursor message, Buried note) {
        ByteBuffer from = message.segment().buffer();
        int at = message.offset();
        ByteBuffer copy = ByteBuffer.allocate(Record.length(from, at)).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(0, from, at, copy.capacity());
        Record.writePlace(copy, 0, note.id().lsn(), Record.time(copy, 0));
        return new DeadRecord(note.id().epoch(), copy, note.death());
    }

    private void visit(DeadLetterIndex.Entry entry, BiConsumer<LogCursor, Buried> visitor) {
        LogCursor note = new LogCursor(log, entry.place() + 1);
        LogCursor message = new LogCursor(log, entry.place());
        if (message.hasNext()
                && message.lsn() == entry.place()
                && note.hasNext()
                && note.lsn() == entry.place() + 1
                && NoteBytes.read(note.segment().buffer(), note.offset()) instanceof Buried buried) {
            visitor.accept(message, buried);
        }
    }

    private void write() {
        log.commit();
        staged = 0;
    }

    /** Writes and forces all that was added and removed. */
    void force() {
        write();
        log.force();
        ParleyException why = log.failure();
        if (why != null) {
            throw why;
        }
        trim();
    }

    private void trim() {
        DeadLetterIndex.Entry oldest = index.oldest();
        log.trim(oldest == null ? log.nextLsn() : oldest.place());
        log.tidy();
    }

    void close() {
        log.close();
    }
}
