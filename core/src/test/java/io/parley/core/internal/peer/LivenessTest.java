package io.parley.core.internal.peer;

import static io.parley.core.internal.peer.Liveness.ANSWER_WITHIN;
import static io.parley.core.internal.peer.Liveness.LOST_AFTER;
import static io.parley.core.internal.peer.Liveness.PING_AFTER;
import static io.parley.core.internal.peer.Liveness.SUSPECT_AFTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.internal.peer.Liveness.Verdict;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private static final long START = Long.MIN_VALUE / 2;
    private final Liveness liveness = new Liveness(START);

    @Test
    void shouldPingAfterOurOwnSilence() {
        assertEquals(START + PING_AFTER, liveness.deadline());
        assertEquals(Verdict.FINE, liveness.judge(START + PING_AFTER - 1));
        assertEquals(Verdict.PING, liveness.judge(START + PING_AFTER));
        liveness.sent(START + PING_AFTER);
        assertEquals(Verdict.FINE, liveness.judge(START + PING_AFTER));
        assertEquals(START + 2 * PING_AFTER, liveness.deadline());
    }

    @Test
    void shouldSuspectOnceThenLose() {
        liveness.sent(START + SUSPECT_AFTER);
        assertTrue(liveness.answering(START + SUSPECT_AFTER - 1));
        assertFalse(liveness.answering(START + SUSPECT_AFTER));
        assertEquals(Verdict.SUSPECT, liveness.judge(START + SUSPECT_AFTER));
        assertEquals(Verdict.FINE, liveness.judge(START + SUSPECT_AFTER));
        liveness.sent(START + LOST_AFTER - 1);
        assertEquals(START + LOST_AFTER, liveness.deadline());
        assertEquals(Verdict.FINE, liveness.judge(START + LOST_AFTER - 1));
        assertEquals(Verdict.LOST, liveness.judge(START + LOST_AFTER));
    }

    @Test
    void shouldTakeASuspicionBackWhenThePeerIsHeard() {
        assertFalse(liveness.heard(START + 1));
        assertEquals(Verdict.SUSPECT, liveness.judge(START + 1 + SUSPECT_AFTER));
        assertTrue(liveness.heard(START + 2 + SUSPECT_AFTER));
        assertFalse(liveness.heard(START + 2 + SUSPECT_AFTER));
        assertTrue(liveness.answering(START + 2 + SUSPECT_AFTER));
        assertEquals(Verdict.SUSPECT, liveness.judge(START + 2 + 2 * SUSPECT_AFTER));
    }

    @Test
    void shouldBreakALinkThatDoesNotAnswerInTime() {
        liveness.doubt(START);
        liveness.doubt(START + 1); // who asks again gives no more time
        assertEquals(START + PING_AFTER, liveness.deadline());
        liveness.sent(START + ANSWER_WITHIN - 1);
        assertEquals(START + ANSWER_WITHIN, liveness.deadline());
        assertEquals(Verdict.FINE, liveness.judge(START + ANSWER_WITHIN - 1));
        assertEquals(Verdict.BROKEN, liveness.judge(START + ANSWER_WITHIN));
        liveness.heard(START + ANSWER_WITHIN);
        assertEquals(Verdict.FINE, liveness.judge(START + ANSWER_WITHIN));
    }

    @Test
    void shouldGiveTheTimeBackForWhichOurOwnLoopWasAway() {
        liveness.doubt(START);
        liveness.shift(ANSWER_WITHIN, START + ANSWER_WITHIN);
        liveness.sent(START + ANSWER_WITHIN);
        assertEquals(Verdict.FINE, liveness.judge(START + ANSWER_WITHIN));
        assertEquals(Verdict.BROKEN, liveness.judge(START + 2 * ANSWER_WITHIN));
    }

    @Test
    void shouldNotCountSilenceWhileOurOwnLoopWasAway() {
        long back = START + 2 * LOST_AFTER;
        liveness.shift(2 * LOST_AFTER - 5, back);
        liveness.sent(back);
        assertEquals(Verdict.FINE, liveness.judge(back));
        assertEquals(Verdict.SUSPECT, liveness.judge(back - 5 + SUSPECT_AFTER));
    }

    @Test
    void shouldNotHaveHeardAnythingInTheFuture() {
        liveness.shift(LOST_AFTER, START + 1);
        liveness.sent(START + 1 + SUSPECT_AFTER);
        assertEquals(Verdict.SUSPECT, liveness.judge(START + 1 + SUSPECT_AFTER));
    }
}
