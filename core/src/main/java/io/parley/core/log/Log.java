package io.parley.core.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The log of one channel at its sender: records with rising lsn, from 1, appended at the end and let go at the start.
 *
 * <p>Threads: {@link #claim} and {@link #commit} belong to one appender at a time, kept so by the caller's lock. All else
 * belongs to the reading thread, the loop. Neither side waits for the other.
 *
 * <p>Whoever implements this passes {@code LogContract} of the testkit.
 */
public interface Log {
    /** The largest record, in bytes, that {@link #claim} can ever give room for. */
    int maxRecord();

    /**
     * Room at the end for one record. The buffer's position is where the record begins, its limit is at least {@code
     * atLeast} bytes further on. Calling it again gives up the room of the call before.
     *
     * @return null when the log is full
     */
    @Nullable ByteBuffer claim(int atLeast);

    /** The lsn that the next {@link #commit} will give. */
    long nextLsn();

    /**
     * Appends what was written into the room of the last {@link #claim}: a whole record of this many bytes, whose lsn is
     * {@link #nextLsn}.
     */
    void commit(int length);

    /**
     * Passes over so many lsns: messages that were dropped before they were written. Readers find a hole there. Belongs to the
     * appender.
     */
    void skip(long count);

    /** One more than the last lsn that was passed over; 0 when none was. Any thread. */
    long skippedTo();

    /** Whether any record that was appended so far has an expiry. */
    boolean expiring();

    /** The lsn of the oldest record that is still there; {@link #endLsn} when there is none. */
    long firstLsn();

    /** One more than the lsn of the last visible record. What a crash may take back need not be visible. */
    long endLsn();

    /**
     * The segment that holds this lsn or, where that lsn was dropped or let go, the first one behind it.
     *
     * @return null when the lsn is below {@link #firstLsn} or not yet visible
     */
    @Nullable Segment segment(long lsn);

    /**
     * What of this lsn and those behind it had been kept and cannot be read any more, as far as that was noticed: readers find a
     * hole there.
     *
     * @return the first that ends at this lsn or behind it; null when there is none, as by default
     */
    default @Nullable Damage damage(long lsn) {
        return null;
    }

    /**
     * Whether the records from this lsn on, in one segment, are there without waiting for a disk. When not, they are being
     * read, and whoever opened the log is told when that is done.
     */
    default boolean ready(long lsn) {
        return true;
    }

    /**
     * The run in which the record with this lsn was appended, see {@link Segment#epoch}; that of the next one where it is
     * gone.
     *
     * @return -1 when {@link #segment} has none
     */
    default long epochAt(long lsn) {
        Segment in = segment(lsn);
        return in == null ? -1 : in.epoch();
    }

    /** Lets go of one more record: {@link #settle(Segment, int)} for who does not want to read it. */
    default void settle(long lsn) {
        Segment in = segment(lsn);
        if (in != null && in.firstLsn() <= lsn) {
            settle(in, 1);
        }
    }

    /**
     * The first record of this time or later; {@link #endLsn} when there is none. May read all records of a log in memory, or
     * one file of a journal.
     *
     * @param millis since 1970
     */
    default long since(long millis) {
        LogCursor cursor = new LogCursor(this, firstLsn());
        while (cursor.hasNext() && Record.time(cursor.segment().buffer(), cursor.offset()) < millis) {
            cursor.next();
        }
        return Math.max(cursor.lsn(), firstLsn());
    }

    /**
     * Up to which lsn all records are older than this, as far as that is known without reading them.
     *
     * @param millis since 1970
     */
    default long olderThan(long millis) {
        return since(millis);
    }

    /** Lets go of records below this lsn. A log may keep more of them than it must. */
    void trim(long lsn);

    /**
     * Lets go of so many more records of a segment, whichever they are. A segment all of whose records were let go frees
     * its room even when older ones are still needed.
     */
    void settle(Segment segment, int records);

    /**
     * Whether the log is so full that the oldest should go, where the channel's policy says so.
     *
     * @return the lsn up to which to {@link #trim}, or 0
     */
    long crowded();

    /**
     * The same where room that several logs share is short, whatever this one has of its own.
     *
     * @return the lsn up to which to {@link #trim}, or 0, as by default
     */
    default long overdrawn() {
        return 0;
    }

    /**
     * For a log that outlives its process: how much of it does. What was appended is visible some time later there, and
     * whoever opened it is told when.
     *
     * @return null for a log in memory; so by default
     */
    default @Nullable Journaled journaled() {
        return null;
    }

    /** Room in use, in bytes. Any thread. */
    long usedBytes();

    /** The limit of {@link #usedBytes}; a log may give large records room beside it. */
    long capacity();

    /**
     * Whether so much is free that who waits for room should go on: not for one record's room alone, since waiting again and
     * again for little costs more than waiting once for much. Any thread.
     */
    default boolean hasAmpleRoom() {
        return usedBytes() <= capacity() - capacity() / 4;
    }

    /** Lets go of everything. */
    void close();
}
