package io.parley.core.internal.service;

import io.parley.core.identity.NodeId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a requester knows of one service: who serves it, who waits for it, and who has kept failing. */
final class Line {
    private final Map<NodeId, ReplierPlace> repliers = new LinkedHashMap<>();
    private final Set<Ask> waiting = new LinkedHashSet<>();
    private final Map<NodeId, Circuit> troubled = new HashMap<>();

    /** Whom to ask, and if nobody: why those that are there will not do. */
    record Choice(
            @Nullable ReplierPlace best,
            @Nullable ReplierPlace broken,
            @Nullable ReplierPlace unfit) {}

    Map<NodeId, ReplierPlace> repliers() {
        return repliers;
    }

    Set<Ask> waiting() {
        return waiting;
    }

    /** The circuits of those that serve it, and of those that were lost and may come back. */
    Map<NodeId, Circuit> troubled() {
        return troubled;
    }

    boolean isEmpty() {
        return repliers.isEmpty() && waiting.isEmpty() && troubled.isEmpty();
    }

    private static boolean better(Ask ask, ReplierPlace one, ReplierPlace other) {
        boolean suspect = ask.asker().suspects(one.id());
        return suspect == ask.asker().suspects(other.id()) ? one.freerThan(other) : !suspect;
    }

    Choice choose(Ask ask, long now) {
        ReplierPlace best = null;
        ReplierPlace broken = null;
        ReplierPlace unfit = null;
        for (ReplierPlace replier : repliers.values()) {
            if (replier.withdrawn() || !ask.wants(replier.id())) {
                continue;
            }
            if (!ask.asker().fits(replier.offer())) {
                unfit = replier;
            } else if (!replier.circuit().permits(now)) {
                broken = replier;
            } else if (best == null || better(ask, replier, best)) {
                best = replier;
            }
        }
        return new Choice(best, broken, unfit);
    }
}
