package io.parley.reliability.internal.durable;

import io.parley.core.channel.Death;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.Ledger.Entry;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.protocol.LsnSet;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a ledger's entries add up to: what it must still say when the entries are written anew. */
final class LedgerState implements LedgerEntry.Visitor {
    /** Messages of one run that ended one way. */
    private record Kind(Ledger.End end, long epoch) {}

    private final Map<String, Ledger.Cursor> cursors = new LinkedHashMap<>();
    private final Map<Kind, LsnSet> settled = new LinkedHashMap<>();
    private final Map<Position, Ledger.Counted> counted = new HashMap<>();
    private final Map<Position, Ledger.Started> started = new HashMap<>();
    private final Map<Position, ArrayDeque<Ledger.Failed>> failed = new HashMap<>();

    @Override
    public void entry(Entry entry) {
        if (entry instanceof Ledger.Cursor cursor) {
            cursors.put(cursor.reader(), cursor);
        } else if (entry instanceof Ledger.Forgotten forgotten) {
            cursors.remove(forgotten.reader());
        } else if (entry instanceof Ledger.Counted count) {
            counted.put(count.id(), count);
            started.remove(count.id());
        } else if (entry instanceof Ledger.Started start) {
            started.put(start.id(), start);
        } else if (entry instanceof Ledger.Failed failure) {
            failed(failure);
        } else if (entry instanceof Ledger.Settled one) {
            settled(one.end(), one.id().epoch(), one.id().lsn(), one.id().lsn());
        }
    }

    private void failed(Ledger.Failed failure) {
        ArrayDeque<Ledger.Failed> all = failed.computeIfAbsent(failure.id(), id -> new ArrayDeque<>(2));
        if (all.size() == Death.MAX_FAILURES) {
            all.removeFirst();
        }
        all.addLast(failure);
    }

    @Override
    public void settled(Ledger.End end, long epoch, long from, long to) {
        LsnSet set = settled.computeIfAbsent(new Kind(end, epoch), kind -> new LsnSet());
        for (long lsn = from; lsn <= to; lsn++) {
            set.add(lsn);
            if (!counted.isEmpty() || !started.isEmpty() || !failed.isEmpty()) {
                Position id = new Position(epoch, lsn);
                counted.remove(id);
                started.remove(id);
                failed.remove(id);
            }
        }
    }

    /** Whether this message has ended. */
    boolean isSettled(Position id) {
        for (Ledger.End end : Ledger.End.values()) {
            LsnSet set = settled.get(new Kind(end, id.epoch()));
            if (set != null && set.contains(id.lsn())) {
                return true;
            }
        }
        return false;
    }

    /** What was counted of this message; null when nothing was. */
    Ledger.@Nullable Counted counted(Position id) {
        return counted.get(id);
    }

    /** Forgets what is said of messages below this lsn: they are gone. */
    void trim(long lsn) {
        for (Iterator<LsnSet> sets = settled.values().iterator(); sets.hasNext(); ) {
            LsnSet set = sets.next();
            set.removeUpTo(lsn - 1);
            if (set.size() == 0) {
                sets.remove();
            }
        }
        counted.keySet().removeIf(id -> id.lsn() < lsn);
        started.keySet().removeIf(id -> id.lsn() < lsn);
        failed.keySet().removeIf(id -> id.lsn() < lsn);
    }

    /** Gives all of it, one by one. */
    void replay(Consumer<Entry> visitor) {
        write(new LedgerEntry.Visitor() {
            @Override
            public void entry(Entry entry) {
                visitor.accept(entry);
            }

            @Override
            public void settled(Ledger.End end, long epoch, long from, long to) {
                for (long lsn = from; lsn <= to; lsn++) {
                    visitor.accept(new Ledger.Settled(new Position(epoch, lsn), end));
                }
            }
        });
    }

    /** Gives all of it. */
    void write(LedgerEntry.Visitor visitor) {
        cursors.values().forEach(visitor::entry);
        settled.forEach((kind, set) -> set.forEachRun((from, to) -> visitor.settled(kind.end, kind.epoch, from, to)));
        failed.values().forEach(all -> all.forEach(visitor::entry));
        counted.values().forEach(visitor::entry);
        started.values().forEach(visitor::entry);
    }
}
