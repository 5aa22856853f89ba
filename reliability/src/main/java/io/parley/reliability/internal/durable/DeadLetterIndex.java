package io.parley.reliability.internal.durable;

import io.parley.core.wire.Position;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which dead letters there are, by id and by their place in the log that holds them. */
final class DeadLetterIndex {
    /**
     * A letter.
     *
     * @param id of the message
     * @param place the lsn, in the log of dead letters, of its record; its note comes next
     * @param bytes of both
     * @param at when it died, in milliseconds since 1970
     */
    record Entry(Position id, long place, int bytes, long at) {}

    private final TreeMap<Position, Entry> byId = new TreeMap<>();
    private final TreeMap<Long, Entry> byPlace = new TreeMap<>();
    private long bytes;

    /** A letter is there, or stands at another place from now on. */
    void put(Entry entry) {
        remove(entry.id);
        byId.put(entry.id, entry);
        byPlace.put(entry.place, entry);
        bytes += entry.bytes;
    }

    /** Returns whether it was there. */
    boolean remove(Position id) {
        Entry entry = byId.remove(id);
        if (entry == null) {
            return false;
        }
        byPlace.remove(entry.place);
        bytes -= entry.bytes;
        return true;
    }

    @Nullable Entry find(Position id) {
        return byId.get(id);
    }

    /** The next one in the order of ids. */
    @Nullable Entry after(Position id) {
        Map.Entry<Position, Entry> next = byId.higherEntry(id);
        return next == null ? null : next.getValue();
    }

    /** The one that was buried first. */
    @Nullable Entry oldest() {
        Map.Entry<Long, Entry> first = byPlace.firstEntry();
        return first == null ? null : first.getValue();
    }

    /** The next one in the order of places. */
    @Nullable Entry behind(long place) {
        Map.Entry<Long, Entry> next = byPlace.higherEntry(place);
        return next == null ? null : next.getValue();
    }

    int size() {
        return byId.size();
    }

    /** What all of them take in the log. */
    long bytes() {
        return bytes;
    }
}
