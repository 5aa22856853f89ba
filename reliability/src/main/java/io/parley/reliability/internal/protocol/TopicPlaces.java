package io.parley.reliability.internal.protocol;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The places of all readers of a topic, and how far they are together. */
final class TopicPlaces {
    private final Map<TopicPlace.Key, TopicPlace> places = new LinkedHashMap<>();

    @Nullable TopicPlace get(TopicPlace.Key key) {
        return places.get(key);
    }

    void add(TopicPlace place) {
        places.put(place.key(), place);
    }

    void remove(TopicPlace place) {
        places.remove(place.key());
    }

    Collection<TopicPlace> all() {
        return places.values();
    }

    /** Whether there is room for one more, if need be for one that lapsed. */
    boolean hasRoom() {
        return places.size() < TopicOutlet.MAX_READERS || forgetLapsed();
    }

    private boolean forgetLapsed() {
        for (TopicPlace place : places.values()) {
            if (place.state() == TopicPlace.State.LAPSED) {
                remove(place);
                return true;
            }
        }
        return false;
    }

    /** The last message that need not wait for any of those in an audience, this one at most. */
    long settled(long most) {
        return lowest(most, TopicPlace::holds, TopicPlace::settledLsn);
    }

    /** The first message that the log must keep for one of those in an audience, this one at most. */
    long needed(long most) {
        return lowest(most, TopicPlace::holds, TopicPlace::neededLsn);
    }

    /** The first message that one of those needs that a full log waits for, this one at most. */
    long awaited(long most) {
        return lowest(most, TopicPlace::awaited, TopicPlace::neededLsn);
    }

    private long lowest(long most, Predicate<TopicPlace> whose, ToLongFunction<TopicPlace> lsn) {
        long lowest = most;
        for (TopicPlace place : places.values()) {
            if (whose.test(place)) {
                lowest = Math.min(lowest, lsn.applyAsLong(place));
            }
        }
        return lowest;
    }
}
