package io.parley.core.internal.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RefreshPlanTest {
    private final SplittableRandom random = new SplittableRandom(Long.getLong("parley.seed", 19));

    private static List<Long> seconds(RefreshPlan plan, long start, int count) {
        List<Long> times = new ArrayList<>();
        while (times.size() < count) {
            long now = plan.deadline();
            assertTrue(plan.due(now));
            times.add(TimeUnit.NANOSECONDS.toSeconds(now - start));
        }
        return times;
    }

    @Test
    void shouldAskOftenFirstAndThenOnceAMinute() {
        RefreshPlan plan = new RefreshPlan(random::nextLong, 0);
        assertEquals(List.of(2L, 5L, 15L, 30L), seconds(plan, 0, 4));
        long before = 30;
        for (long at : seconds(plan, 0, 20)) {
            assertTrue(at - before >= 47 && at - before <= 73, at + " after " + before);
            before = at;
        }
    }

    @Test
    void shouldBeginAgainWhenAPeerIsLost() {
        RefreshPlan plan = new RefreshPlan(random::nextLong, 0);
        seconds(plan, 0, 6);
        long lost = TimeUnit.SECONDS.toNanos(500);
        plan.restart(lost);
        assertEquals(List.of(2L, 5L, 15L, 30L), seconds(plan, lost, 4));
    }
}
