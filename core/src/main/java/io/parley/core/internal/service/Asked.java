package io.parley.core.internal.service;

import io.parley.core.identity.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The requests that a replier has, or is being sent, by the number of their attempt. */
final class Asked {
    private final Map<Long, Ask> byCorrelation = new HashMap<>();

    void add(Ask ask) {
        byCorrelation.put(ask.correlation(), ask);
    }

    /** The one that this replier was asked under this number; null for none. */
    @Nullable Ask of(NodeId replier, long correlation) {
        Ask ask = byCorrelation.get(correlation);
        ReplierPlace asked = ask == null ? null : ask.replier();
        return asked != null && asked.id().equals(replier) ? ask : null;
    }

    /** It is this replier's no more. */
    void letGo(Ask ask, ReplierPlace replier) {
        byCorrelation.remove(ask.correlation());
        replier.outstanding().remove(ask);
    }

    /** One of which not all had left goes on another link, from its beginning. */
    void moved(long correlation, long to) {
        Ask ask = byCorrelation.get(correlation);
        if (ask != null) {
            ask.moved(to);
        }
    }

    static List<Ask> hangingOn(long link, ReplierPlace replier) {
        return replier.outstanding().stream().filter(ask -> ask.link() == link).toList();
    }
}
