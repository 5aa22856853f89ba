package io.parley.core.channel;

import java.time.Instant;
import java.util.List;

/**
 * Why a message was given up, and what was tried.
 *
 * @param reason what put an end to it
 * @param at when
 * @param attempts how often its handler failed
 * @param deaths how many holders died while it ran
 * @param cause the last failure, for people
 * @param failures what went wrong, oldest first; of many the last {@value #MAX_FAILURES}
 */
public record Death(Reason reason, Instant at, int attempts, int deaths, String cause, List<Failure> failures) {
    /** The most failures that are remembered of one message. */
    public static final int MAX_FAILURES = 20;

    /** Takes a copy of what may change. */
    public Death {
        failures = List.copyOf(failures);
    }

    /** What puts an end to a message. */
    public enum Reason {
        /** Its handler failed as often as the policy allows. */
        ATTEMPTS,
        /** As many of its holders died as the policy allows. */
        DEATHS,
        /** A handler said that nobody need try again, or could not read it. */
        REJECTED,
        /** Its time to live was over before anybody began with it. */
        EXPIRED
    }

    /**
     * One try that came to nothing.
     *
     * @param at when that was known
     * @param kind what went wrong
     * @param cause for people
     */
    public record Failure(Instant at, Kind kind, String cause) {
        /** What goes wrong. */
        public enum Kind {
            /** The handler failed: an attempt. */
            FAILED,
            /** The holder died while it ran. */
            DIED
        }
    }
}
