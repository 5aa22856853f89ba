package io.parley.core.internal.service;

import java.util.concurrent.TimeUnit;

/**
 * Whether a replier is asked at all. What fails {@value #FAILURES} times in a row is not asked for a second, which doubles to
 * {@code 30 s}; then one request tries, and decides for the others.
 *
 * <pre>
 *   CLOSED ──fails in a row──▶ OPEN ──pause over──▶ HALF_OPEN ──asked──▶ PROBING ──answered──▶ CLOSED
 *                               ▲                      ▲                  │  │
 *                               │                      └──── refused ─────┘  │
 *                               └──────────────── failed, twice the pause ───┘
 * </pre>
 */
final class Circuit {
    /** How many failures in a row open it. */
    static final int FAILURES = 10;

    static final long FIRST_PAUSE = TimeUnit.SECONDS.toNanos(1);
    static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(30);

    private int failures;
    private long pause = FIRST_PAUSE;
    private long until;
    private boolean open;
    private boolean probing;

    /** Whether a request may be sent now. */
    boolean permits(long now) {
        return !open || !probing && now >= until;
    }

    /** How long until a request may try; 0 when one may, or one tries. */
    long pauseLeft(long now) {
        return open ? Math.max(0, until - now) : 0;
    }

    /** A request was sent. */
    void asked() {
        probing = open;
    }

    /** It came back unanswered, or nobody waits for its answer any more: that says nothing. */
    void undecided() {
        probing = false;
    }

    /** It was answered. Returns whether that closed the circuit. */
    boolean answered() {
        boolean closes = open;
        failures = 0;
        pause = FIRST_PAUSE;
        open = false;
        probing = false;
        return closes;
    }

    /** It failed. Returns whether that opened the circuit. */
    boolean failed(long now) {
        if (open && !probing) {
            return false; // asked before it opened
        }
        boolean probe = probing;
        failures++;
        if (!probe && failures < FAILURES) {
            return false;
        }
        pause = probe ? Math.min(2 * pause, LONGEST_PAUSE) : FIRST_PAUSE;
        open = true;
        probing = false;
        until = now + pause;
        return !probe;
    }

    /** Whether there is nothing to remember. */
    boolean isFresh() {
        return !open && failures == 0;
    }
}
