package io.parley.reliability.internal.durable;

import io.parley.core.identity.NodeId;
import io.parley.core.wire.Position;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far one reader is with each sender. A topic's messages are settled in order, so one position stands for the set of all
 * that were executed. Of the senders that it has read from, those that got on last are kept. Any thread.
 */
final class ReaderPlaces {
    /** The most senders. Of one that is forgotten, what it sends again runs again. */
    static final int MAX_SENDERS = 10_000;

    private static final int FIRST = 16;
    private static final float LOAD = 0.75f;

    private static final class Place {
        private Position latest = Position.ZERO;
        private Position safe = Position.ZERO;
    }

    /** Takes the places of a reader. */
    interface Visitor {
        void place(NodeId sender, Position upTo);
    }

    private final Map<NodeId, Place> places = new LinkedHashMap<>(FIRST, LOAD, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Place> eldest) {
            return size() > MAX_SENDERS;
        }
    };

    synchronized Position latest(NodeId sender) {
        Place place = places.get(sender);
        return place == null ? Position.ZERO : place.latest;
    }

    synchronized Position safe(NodeId sender) {
        Place place = places.get(sender);
        return place == null ? Position.ZERO : place.safe;
    }

    /** It has settled all up to here. */
    synchronized void settled(NodeId sender, Position upTo) {
        Place place = places.computeIfAbsent(sender, id -> new Place());
        place.latest = later(place.latest, upTo);
    }

    /** Nothing takes that back. */
    synchronized void safe(NodeId sender, Position upTo) {
        Place place = places.computeIfAbsent(sender, id -> new Place());
        place.latest = later(place.latest, upTo);
        place.safe = later(place.safe, upTo);
    }

    private static Position later(Position one, Position other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** Gives what is safe, in the order in which senders got on. */
    synchronized void forEachSafe(Visitor visitor) {
        places.forEach((sender, place) -> {
            if (!place.safe.equals(Position.ZERO)) {
                visitor.place(sender, place.safe);
            }
        });
    }
}
