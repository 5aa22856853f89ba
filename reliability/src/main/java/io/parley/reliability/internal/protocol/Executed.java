package io.parley.reliability.internal.protocol;

import io.parley.core.wire.Position;
import io.parley.core.wire.Resume;
import io.parley.core.wire.Settle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one member did of one sender's queue: a set of ids, for as long as the sender may send them again. And what it runs
 * now.
 */
final class Executed {
    private static final int MAX_CONDEMNED = 10_000;

    /** No lease has this number. */
    private static final long NO_LEASE = 0;

    private final NavigableMap<Long, LsnSet> done = new TreeMap<>(Long::compareUnsigned);
    private final Map<Position, String> condemned = new HashMap<>();
    private final Map<Position, Run> running = new HashMap<>();
    private final LsnSet runningLsns = new LsnSet();

    /**
     * What was done and is not known to be settled: word of it may have been lost with a link, or there was no session to tell
     * it. It counts where nobody was first.
     */
    List<Settle.Item> toTellAgain() {
        List<Settle.Item> items = new ArrayList<>();
        for (Position id : done(Resume.MAX_IDS)) {
            items.add(new Settle.Item(NO_LEASE, id, Settle.Outcome.DONE, 0, ""));
        }
        return items;
    }

    boolean isDone(long epoch, long lsn) {
        LsnSet set = done.get(epoch);
        return set != null && set.contains(lsn);
    }

    void done(long epoch, long lsn) {
        done.computeIfAbsent(epoch, e -> new LsnSet()).add(lsn);
    }

    /** Why the handler said that this message can never be processed; null when it did not. */
    @Nullable String condemned(long epoch, long lsn) {
        return condemned.isEmpty() ? null : condemned.get(new Position(epoch, lsn));
    }

    void condemn(Position id, String cause) {
        if (condemned.size() < MAX_CONDEMNED) {
            condemned.put(id, cause);
        }
    }

    /** The run of this message that has not ended; null when there is none. */
    @Nullable Run running(long epoch, long lsn) {
        return runningLsns.contains(lsn) ? running.get(new Position(epoch, lsn)) : null;
    }

    /** How many messages run. */
    int running() {
        return running.size();
    }

    void begins(Run run) {
        running.put(run.id, run);
        runningLsns.add(run.id.lsn());
    }

    void ends(Run run) {
        if (running.remove(run.id, run)) {
            runningLsns.remove(run.id.lsn());
        }
    }

    /** The sender has settled this one: it does not come again. */
    void settled(long epoch, long lsn) {
        LsnSet set = done.get(epoch);
        if (set != null && set.remove(lsn) && set.size() == 0) {
            done.remove(epoch);
        }
        if (!condemned.isEmpty()) {
            condemned.remove(new Position(epoch, lsn));
        }
    }

    /** Nothing up to this id comes again. */
    void lowWater(Position low) {
        done.headMap(low.epoch(), false).clear();
        LsnSet set = done.get(low.epoch());
        if (set != null) {
            set.removeUpTo(low.lsn());
        }
        if (!condemned.isEmpty()) {
            condemned.keySet().removeIf(id -> id.compareTo(low) <= 0);
        }
    }

    long size() {
        long size = 0;
        for (LsnSet set : done.values()) {
            size += set.size();
        }
        return size;
    }

    /** What it runs, and what it did: the latest, when there are too many for one frame, since the others are old news. */
    List<Position> held() {
        List<Position> ids = new ArrayList<>(running.keySet());
        condemned.keySet().stream()
                .limit(Resume.MAX_IDS - Math.min(ids.size(), Resume.MAX_IDS))
                .forEach(ids::add);
        ids.addAll(done(Resume.MAX_IDS - ids.size()));
        return ids.size() <= Resume.MAX_IDS ? ids : ids.subList(0, Resume.MAX_IDS);
    }

    /** The latest that it did, at most so many. */
    private List<Position> done(int most) {
        List<Position> ids = new ArrayList<>();
        for (Map.Entry<Long, LsnSet> entry : done.descendingMap().entrySet()) {
            int room = most - ids.size();
            if (room > 0) {
                entry.getValue().highest(room).forEach(lsn -> ids.add(new Position(entry.getKey(), lsn)));
            }
        }
        return ids;
    }
}
