package io.parley.reliability.internal.protocol;

import io.parley.core.spi.InletSession.AckPort;
import io.parley.core.wire.Settle;
import java.util.ArrayList;
import java.util.List;

/** What a session of a queue's member has to say about messages, until it is written. */
final class Answers {
    private final List<Settle.Item> items = new ArrayList<>();

    void add(Settle.Item item) {
        items.add(item);
    }

    void addAll(List<Settle.Item> more) {
        items.addAll(more);
    }

    void clear() {
        items.clear();
    }

    /** Writes them; returns whether there were any. */
    boolean flush(AckPort out) {
        if (items.isEmpty()) {
            return false;
        }
        for (int from = 0; from < items.size(); from += Settle.MAX_ITEMS) {
            out.settle(items.subList(from, Math.min(items.size(), from + Settle.MAX_ITEMS)));
        }
        items.clear();
        return true;
    }
}
