package io.parley.core.internal.session;

import static io.parley.core.internal.session.ReceiverSession.HOLE_AFTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReceiverSessionTest {
    private final ReceiverSession session = new ReceiverSession(9, null);

    @BeforeEach
    void attach() {
        assertFalse(session.attached());
        assertFalse(session.take(1, 1, 0), "nothing comes before the sender agreed");
        session.attached(1);
        assertTrue(session.attached());
        assertEquals(9, session.id());
    }

    @Test
    void shouldTakeNumbersThatFollowOnOneAnother() {
        assertTrue(session.take(1, 10, 0));
        assertTrue(session.take(11, 1, 0));
        assertTrue(session.take(12, 5, 0));
    }

    @Test
    void shouldNoticeAHoleAndARepetition() {
        assertTrue(session.take(1, 10, 0));
        assertFalse(session.take(12, 1, 0));
        assertFalse(session.take(10, 1, 0));
        assertFalse(session.take(1, 10, 0));
        assertTrue(session.take(11, 1, 0), "a number that was refused changes nothing");
    }

    @Test
    void shouldBeginWhereTheSenderSays() {
        session.attached(100);
        assertFalse(session.take(1, 1, 0));
        assertTrue(session.take(100, 1, 0));
    }

    @Test
    void shouldBeBrokenWhenAPromisedNumberStaysAway() {
        session.promised(3, 1_000);
        session.promised(5, 2_000);
        assertFalse(session.broken(1_000 + HOLE_AFTER - 1));
        assertTrue(session.broken(1_000 + HOLE_AFTER), "the first promise counts, not the last");
    }

    @Test
    void shouldNotBeBrokenOnceTheNumberCame() {
        session.promised(3, 0);
        assertTrue(session.take(1, 2, 0));
        assertTrue(session.broken(HOLE_AFTER), "3 is still away");
        assertTrue(session.take(3, 1, 0));
        assertFalse(session.broken(10 * HOLE_AFTER));
        session.promised(3, 0);
        assertFalse(session.broken(10 * HOLE_AFTER), "what came before the PING is not away");
    }

    @Test
    void shouldNotCountTheTimeThatOurOwnLoopWasAway() {
        session.promised(1, 0);
        session.shift(HOLE_AFTER);
        assertFalse(session.broken(HOLE_AFTER));
        assertTrue(session.broken(2 * HOLE_AFTER));
    }

    @Test
    void shouldJudgeALaterPromiseByItsOwnTimeOnceTheFirstWasKept() {
        assertTrue(session.promised(2, 0), "the first one is to be judged");
        assertFalse(session.promised(3, HOLE_AFTER - 1), "it is judged after the first");
        assertTrue(session.take(1, 2, 0));
        assertFalse(session.broken(HOLE_AFTER));
        assertEquals(2 * HOLE_AFTER - 1, session.deadline());
        assertTrue(session.broken(2 * HOLE_AFTER - 1), "3 is still away");
        assertTrue(session.take(3, 1, 0));
        assertEquals(Long.MAX_VALUE, session.deadline());
    }
}
