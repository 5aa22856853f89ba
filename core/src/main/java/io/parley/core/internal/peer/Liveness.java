package io.parley.core.internal.peer;

import java.util.concurrent.TimeUnit;

/**
 * Whether a linked peer is alive, judged by what is heard on its link. Silence counts only while our own loop runs: whoever
 * calls this shifts the times by what the loop was late.
 *
 * <pre>
 *   heard ──3 s──▶ SUSPECT ──7 s──▶ LOST        we were silent for 1 s ──▶ PING
 *     ▲──────────────┘ heard
 *     ├──asked for an answer──▶ in doubt ──2 s──▶ BROKEN
 *     ▲─────────────────────────┘ heard
 * </pre>
 */
public final class Liveness {
    /** Our own silence after which a sign of life is sent. */
    public static final long PING_AFTER = TimeUnit.SECONDS.toNanos(1);
    /** The peer's silence after which it is suspected. */
    public static final long SUSPECT_AFTER = TimeUnit.SECONDS.toNanos(3);
    /** The peer's silence after which it is lost. */
    public static final long LOST_AFTER = TimeUnit.SECONDS.toNanos(10);
    /** How long a broken link may take to come back before the peer is lost. */
    public static final long RELINK_WITHIN = TimeUnit.SECONDS.toNanos(1);

    /** How long a peer that was asked for an answer may take, before its link counts as broken. */
    public static final long ANSWER_WITHIN = TimeUnit.SECONDS.toNanos(2);

    private static final long NEVER = Long.MAX_VALUE;

    private long heard;
    private long sent;
    private boolean suspected;
    private long brokenAt = NEVER;

    /** A peer that was heard of just now. */
    public Liveness(long now) {
        heard = now;
        sent = now;
    }

    /** What to do about a peer. */
    public enum Verdict {
        FINE,
        PING,
        SUSPECT,
        LOST,
        BROKEN
    }

    /** Something came from the peer. Returns whether it had been suspected. */
    public boolean heard(long now) {
        heard = now;
        brokenAt = NEVER;
        boolean was = suspected;
        suspected = false;
        return was;
    }

    /** Something was sent to the peer. */
    public void sent(long now) {
        sent = now;
    }

    /** There is a reason to believe that the link is dead; the peer is asked for an answer now. */
    public void doubt(long now) {
        brokenAt = Math.min(brokenAt, now + ANSWER_WITHIN);
    }

    /** Our own loop was away for so long: that silence does not count. */
    public void shift(long late, long now) {
        heard = Math.min(now, heard + late);
        brokenAt = brokenAt == NEVER ? NEVER : brokenAt + late;
    }

    /** Judges; a suspicion is told once. */
    public Verdict judge(long now) {
        long silence = now - heard;
        if (silence >= LOST_AFTER) {
            return Verdict.LOST;
        }
        if (now >= brokenAt) {
            return Verdict.BROKEN;
        }
        if (silence >= SUSPECT_AFTER && !suspected) {
            suspected = true;
            return Verdict.SUSPECT;
        }
        return now - sent >= PING_AFTER ? Verdict.PING : Verdict.FINE;
    }

    /** When to judge again at the latest. */
    public long deadline() {
        long bySilence = heard + (suspected ? LOST_AFTER : SUSPECT_AFTER);
        return Math.min(brokenAt, Math.min(bySilence, sent + PING_AFTER));
    }

    /** Whether the peer was heard of lately, so that it surely lives. */
    public boolean answering(long now) {
        return now - heard < SUSPECT_AFTER;
    }
}
