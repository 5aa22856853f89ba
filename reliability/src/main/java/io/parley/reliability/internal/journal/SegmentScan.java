package io.parley.reliability.internal.journal;

import io.parley.core.log.Record;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a segment's file holds after a run that ended somehow. Bytes that are no sound group are damage, when a later group
 * says that they had been forced; else they are what a crash left of the last writes, and all from there on is cut.
 *
 * <pre>
 *   sound ─▶ sound ─▶ bad, below a position known as forced: CORRUPT, its sound records are kept ─▶ sound ─▶
 *                  └▶ bad, not known as forced: TORN, cut here
 * </pre>
 */
public final class SegmentScan {
    /**
     * Records of one epoch that follow one another.
     *
     * @param epoch the run that appended them
     * @param firstLsn the first
     * @param count how many
     * @param at where the first stands
     * @param end where the last ends
     */
    record Run(long epoch, long firstLsn, int count, int at, int end) {
        long endLsn() {
            return firstLsn + count;
        }
    }

    /**
     * Messages that were forced, and cannot be read any more.
     *
     * @param fromLsn the first
     * @param toLsn the last
     */
    public record Damage(long fromLsn, long toLsn) {}

    private final ByteBuffer b;
    private final long segment;
    private final List<Run> runs = new ArrayList<>();
    private final List<Damage> damages = new ArrayList<>();
    private long epoch;
    private long nextLsn;
    private int end;
    private boolean torn;
    private boolean ended;

    /**
     * A scan of one file.
     *
     * @param epoch of the last group before this file; 0 when there is none
     * @param nextLsn the lsn that comes after what was before this file
     */
    SegmentScan(ByteBuffer bytes, long segment, long epoch, long nextLsn) {
        b = bytes;
        this.segment = segment;
        this.epoch = epoch;
        this.nextLsn = nextLsn;
    }

    /** The highest position that any group of a file knows as forced; 0 when none says anything. */
    static long knownForced(ByteBuffer bytes, long segment) {
        long known = 0;
        for (int at = 0; at <= bytes.capacity() - Group.HEADER; ) {
            Group group = Group.read(bytes, at, segment);
            known = group == null ? known : Math.max(known, group.forcedBefore());
            at = group == null ? at + 8 : group.end();
        }
        return known;
    }

    /** Looks at all of it. */
    SegmentScan scan(long known) {
        int at = 0;
        while (!ended) {
            Group group = next(at);
            if (group == null) {
                group = nextSound(at);
                if (nextLsn >= known || group == null && end == 0 && !written(at)) {
                    torn = group != null || written(at);
                    break;
                }
                salvage(at, group, known);
                if (group == null) {
                    at = b.capacity();
                    end = at; // nothing is to be written over what could not be read
                    break;
                }
            }
            if (!take(group, known)) {
                torn = true;
                break;
            }
            at = group.end();
        }
        end = Math.max(end, at);
        return this;
    }

    private boolean written(int at) {
        return at <= b.capacity() - Long.BYTES && b.getLong(at) != 0;
    }

    private @Nullable Group next(int at) {
        Group group = Group.read(b, at, segment);
        boolean due = group != null && group.firstLsn() >= nextLsn && Long.compareUnsigned(group.epoch(), epoch) >= 0;
        return due ? group : null;
    }

    private @Nullable Group nextSound(int from) {
        for (int at = from + 8; at <= b.capacity() - Group.HEADER; at += 8) {
            Group group = next(at);
            if (group != null) {
                return group;
            }
        }
        return null;
    }

    /** Keeps a group whose header is sound, or of it what is sound; false when its records never got there. */
    private boolean take(Group group, long known) {
        if (group.sound(b, segment)) {
            add(new Run(group.epoch(), group.firstLsn(), group.count(), group.recordsAt(), group.crcsAt()));
        } else if (group.firstLsn() >= known) {
            return false;
        } else {
            pick(group);
        }
        epoch = group.epoch();
        nextLsn = group.endLsn();
        ended = group.last();
        return true;
    }

    private void add(Run run) {
        if (run.count > 0) {
            runs.add(run);
        }
    }

    /** Takes the sound records out of a group that is damaged. Where a length is damaged, the next record is looked for. */
    private void pick(Group group) {
        int at = group.recordsAt();
        for (int i = 0; i < group.count(); i++) {
            long lsn = group.firstLsn() + i;
            int found = at;
            int length = group.soundRecord(b, found, i, segment);
            for (; length < 0 && found < group.crcsAt() - Record.FIXED; found++) {
                length = Record.lsn(b, found + 1) == lsn ? group.soundRecord(b, found + 1, i, segment) : -1;
            }
            if (length < 0) {
                damaged(lsn, lsn);
            } else {
                extend(new Run(group.epoch(), lsn, 1, found, found + length));
                at = found + length;
            }
        }
    }

    private void extend(Run one) {
        Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
        if (last != null && last.end == one.at && last.endLsn() == one.firstLsn && last.epoch == one.epoch) {
            runs.set(runs.size() - 1, new Run(last.epoch, last.firstLsn, last.count + 1, last.at, one.end));
        } else {
            runs.add(one);
        }
    }

    private void damaged(long from, long to) {
        Damage last = damages.isEmpty() ? null : damages.get(damages.size() - 1);
        if (last != null && last.toLsn + 1 == from) {
            damages.set(damages.size() - 1, new Damage(last.fromLsn, to));
        } else if (from <= to) {
            damages.add(new Damage(from, to));
        }
    }

    /** A header is damaged: its records are found by what they say themselves, and by the CRCs behind them. */
    private void salvage(int at, @Nullable Group after, long known) {
        long endLsn = after == null ? known : after.firstLsn();
        int to = after == null ? b.capacity() : after.at();
        int next = at + Group.HEADER;
        int count = 0;
        for (int length = dueRecord(next, to, 0); length > 0; length = dueRecord(next, to, count)) {
            next += length;
            count++;
        }
        int bytes = next - at - Group.HEADER;
        boolean all = nextLsn + count == endLsn && Group.size(bytes, count) <= to - at;
        Group rebuilt = all ? ofSomeEpoch(new Group(at, epoch, nextLsn, count, bytes, 0), after) : null;
        if (rebuilt == null) {
            damaged(nextLsn, endLsn - 1);
        } else {
            pick(rebuilt);
            epoch = rebuilt.epoch();
        }
        nextLsn = Math.max(nextLsn, endLsn);
    }

    private int dueRecord(int at, int limit, int count) {
        int length = Record.check(b, at, limit);
        return length > 0 && Record.lsn(b, at) == nextLsn + count ? length : -1;
    }

    /** The epoch stood in the header too; the records' CRCs tell which of those around it is right. */
    private @Nullable Group ofSomeEpoch(Group guess, @Nullable Group after) {
        if (guess.count() == 0 || guess.soundRecord(b, guess.recordsAt(), 0, segment) > 0 || after == null) {
            return guess;
        }
        Group other = new Group(
                guess.at(), after.epoch(), guess.firstLsn(), guess.count(), guess.bytes(), guess.forcedBefore());
        return other.soundRecord(b, other.recordsAt(), 0, segment) > 0 ? other : null;
    }

    List<Run> runs() {
        return runs;
    }

    List<Damage> damages() {
        return damages;
    }

    /** The epoch of the last group. */
    long epoch() {
        return epoch;
    }

    /** The lsn that comes next. */
    long nextLsn() {
        return nextLsn;
    }

    /** Where the next group goes. */
    int end() {
        return end;
    }

    /** Whether it says itself that nothing follows in it. */
    boolean ended() {
        return ended;
    }

    /** Whether something was cut. */
    boolean torn() {
        return torn;
    }
}
