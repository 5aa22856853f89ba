package io.parley.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PayloadTest {
    @Test
    void shouldNoticeAnotherNumberAndDamageAtEitherEnd() {
        byte[] payload = new byte[64];
        Payload.write(payload, 7);
        assertTrue(Payload.is(payload, 7));
        assertFalse(Payload.is(payload, 8));
        payload[63] ^= 1;
        assertFalse(Payload.is(payload, 7));
        payload[63] ^= 1;
        payload[0] ^= 1;
        assertFalse(Payload.is(payload, 7));
        assertFalse(Payload.is(new byte[4], 0));
    }

    @Test
    void shouldMarkTheLastMessageWithoutHidingItsNumber() {
        byte[] payload = new byte[Payload.LEAST];
        Payload.write(payload, Payload.last(9));
        assertTrue(Payload.is(payload, 9));
        assertTrue(Payload.isLast(payload));
        assertEquals(9, Payload.number(payload));
    }

    @Test
    void shouldTellReceiversWithWhichMessageMeasuringBegins() {
        Work work = new Work(Work.Pattern.pushpull, Work.Mode.best_effort, 64, Extent.messages(20), 1, "");
        Departures departures = new Departures(work);
        List<Long> first = new ArrayList<>();
        byte[] payload = new byte[64];
        while (departures.more()) {
            departures.write(payload);
            if (Payload.isFirstMeasured(payload)) {
                first.add(Payload.number(payload));
            }
        }
        assertEquals(List.of(4L), first);
        assertTrue(Payload.is(payload, 19));
        assertTrue(Payload.isLast(payload));
    }

    @Test
    void shouldMeasureAllButTheFirstFifthOfANumberOfMessages() {
        Course course = new Course(Extent.messages(20));
        long begins = -1;
        long number = 0;
        while (!course.ends(number)) {
            begins = course.begins(number) ? number : begins;
            number++;
        }
        assertEquals(4, begins);
        assertEquals(19, number);
    }

    @Test
    void shouldWarmUpWithEnoughMessagesEvenWhenTheTimeIsOver() {
        Course course = new Course(Extent.time(Duration.ZERO, Duration.ZERO));
        long number = 0;
        while (!course.begins(number)) {
            assertFalse(course.ends(number));
            number++;
        }
        assertTrue(number >= Extent.LEAST_WARM_UP, () -> "warm too early");
        while (!course.ends(number)) {
            number++;
        }
    }

    @Test
    void shouldReadAnExtentBack() {
        Extent extent = Extent.time(Duration.ofMillis(1_500), Duration.ofSeconds(2));
        assertEquals(extent, Extent.parse(extent.toString()));
        assertEquals(Extent.messages(30), Extent.parse(Extent.messages(30).toString()));
    }
}
