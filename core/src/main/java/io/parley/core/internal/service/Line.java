package io.parley.core.internal.service;

import io.parley.core.error.ErrorCode;
import io.parley.core.identity.NodeId;
import io.parley.core.wire.Offer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
            @Nullable ReplierPlace unfit) {
        /** How a request ends for which there is nobody, though everybody was heard. */
        Verdict whyNobody(Ask ask, long now) {
            if (ask.wasLost()) {
                return new Verdict(ErrorCode.REPLIER_LOST, ": " + ask.lastTrouble() + ", and there is no other");
            }
            if (broken != null) {
                long millis = TimeUnit.NANOSECONDS.toMillis(broken.circuit().pauseLeft(now));
                return new Verdict(
                        ErrorCode.CIRCUIT_OPEN,
                        ": " + broken.name() + " kept failing, and is tried again in " + millis + " ms");
            }
            if (ask.wasRefused()) {
                return new Verdict(ErrorCode.REPLIERS_BUSY, ": " + ask.lastTrouble() + "; try again later");
            }
            if (unfit != null) {
                Offer.Terms terms = unfit.offer().terms();
                return new Verdict(
                        ErrorCode.CODEC_MISMATCH,
                        " at " + unfit.name() + " takes " + unfit.offer().codec() + " and answers in "
                                + (terms == null ? "nothing" : terms.codec()) + "; use the same codecs here");
            }
            return new Verdict(
                    ErrorCode.NO_RESPONDER,
                    ": no replier among the peers of this node; start one, or give its address");
        }
    }

    /**
     * How a request ends without a value.
     *
     * @param text behind the name of the service
     */
    record Verdict(ErrorCode code, String text) {}

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
