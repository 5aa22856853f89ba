package io.parley.reliability.internal.journal;

import io.parley.core.log.Damage;
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
final class SegmentScan {
    private final SegmentBytes s;
    private final ByteBuffer b;
    private final Runs runs = new Runs();
    private final List<Damage> damages = new ArrayList<>();
    private long epoch;
    private long nextLsn;
    private long outputs;
    private int end;
    private boolean torn;
    private boolean ended;

    /**
     * A scan of one file.
     *
     * @param epoch of the last group before this file; 0 when there is none
     * @param nextLsn the lsn that comes after what was before this file
     */
    SegmentScan(SegmentBytes s, long epoch, long nextLsn) {
        this.s = s;
        b = s.bytes();
        this.epoch = epoch;
        this.nextLsn = nextLsn;
    }

    /** The highest position that any group of a file knows as forced; 0 when none says anything. */
    static long knownForced(SegmentBytes s) {
        long known = 0;
        for (int at = 0; at <= s.end() - Group.HEADER; ) {
            Group group = Group.read(s, at);
            known = group == null ? known : Math.max(known, group.forcedBefore());
            at = group == null ? at + Group.ALIGN : group.end();
        }
        return known;
    }

    /** The lsn of the first record of a file; 0 when it holds none. */
    static long firstLsn(SegmentBytes s) {
        for (int at = 0; at <= s.end() - Group.HEADER; ) {
            Group group = Group.read(s, at);
            if (group != null && group.count() > 0) {
                return group.firstLsn();
            }
            at = group == null ? at + Group.ALIGN : group.end();
        }
        return 0;
    }

    /** Looks at all of it. */
    SegmentScan scan(long known) {
        int at = 0;
        while (!ended) {
            Group group = next(at);
            if (group == null) {
                group = nextSound(at);
                if (nextLsn >= known || group == null && end == 0 && !s.written(at)) {
                    torn = group != null || s.written(at);
                    break;
                }
                salvage(at, group, known);
                if (group == null) {
                    at = s.end();
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

    private @Nullable Group next(int at) {
        Group group = Group.read(s, at);
        boolean due = group != null && group.firstLsn() >= nextLsn && Long.compareUnsigned(group.epoch(), epoch) >= 0;
        return due ? group : null;
    }

    private @Nullable Group nextSound(int from) {
        for (int at = from + Group.ALIGN; at <= s.end() - Group.HEADER; at += Group.ALIGN) {
            Group group = next(at);
            if (group != null) {
                return group;
            }
        }
        return null;
    }

    /** Keeps a group whose header is sound, or of it what is sound; false when its records never got there. */
    private boolean take(Group group, long known) {
        if (group.sound(s)) {
            if (group.count() > 0) {
                runs.add(group.run());
            }
        } else if (group.firstLsn() >= known) {
            return false;
        } else {
            pick(group);
        }
        epoch = group.epoch();
        outputs = Math.max(outputs, group.outputs());
        nextLsn = group.endLsn();
        ended = group.last();
        return true;
    }

    /** Takes the sound records out of a group that is damaged. Where a length is damaged, the next record is looked for. */
    private void pick(Group group) {
        int origin = Crc.ofOrigin(s.number(), group.epoch());
        int at = group.recordsAt();
        for (int i = 0; i < group.count(); i++) {
            long lsn = group.firstLsn() + i;
            int found = at;
            int length = group.soundRecord(s, found, i, origin);
            for (; length < 0 && found < group.crcsAt() - Record.FIXED; found++) {
                length = Record.lsn(b, found + 1) == lsn ? group.soundRecord(s, found + 1, i, origin) : -1;
            }
            if (length < 0) {
                damaged(lsn, lsn);
            } else {
                runs.join(new Run(group.epoch(), lsn, 1, found, found + length));
                at = found + length;
            }
        }
    }

    private void damaged(long from, long to) {
        Damage last = damages.isEmpty() ? null : damages.get(damages.size() - 1);
        if (last != null && last.toLsn() + 1 == from) {
            damages.set(damages.size() - 1, new Damage(last.fromLsn(), to));
        } else if (from <= to) {
            damages.add(new Damage(from, to));
        }
    }

    /** A header is damaged: its records are found by what they say themselves, and by the CRCs behind them. */
    private void salvage(int at, @Nullable Group after, long known) {
        long endLsn = after == null ? known : after.firstLsn();
        int to = after == null ? s.end() : after.at();
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
        if (guess.count() == 0 || after == null || beginsSound(guess)) {
            return guess;
        }
        Group other = new Group(
                guess.at(), after.epoch(), guess.firstLsn(), guess.count(), guess.bytes(), guess.forcedBefore());
        return beginsSound(other) ? other : null;
    }

    private boolean beginsSound(Group group) {
        return group.soundRecord(s, group.recordsAt(), 0, Crc.ofOrigin(s.number(), group.epoch())) > 0;
    }

    Runs runs() {
        return runs;
    }

    /** In which they stand. */
    ByteBuffer bytes() {
        return b;
    }

    /** The sum of what was found. */
    Extent extent() {
        return Extent.of(b, runs);
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

    /** The number of the last output of a transaction. */
    long outputs() {
        return outputs;
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
