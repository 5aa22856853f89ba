package io.parley.testkit.seeded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SeedsTest {
    @Test
    void shouldNameTheSeedThatFailedAndHowToRepeatIt() {
        Long alone = Long.getLong("parley.seed");
        long bad = alone == null ? 1 : alone;

        AssertionError e =
                assertThrows(AssertionError.class, () -> Seeds.forEach(5, seed -> assertNotEquals(bad, seed)));

        assertTrue(e.getMessage().contains("seed " + bad + " failed"), e.getMessage());
        assertTrue(e.getMessage().contains("-Dparley.seed=" + bad), e.getMessage());
        assertTrue(e.getMessage().contains("-Dtest=SeedsTest#"), e.getMessage());
    }

    @Test
    void shouldGiveTheSameNumbersForTheSameSeed() {
        assertEquals(new SeededEntropy(42).nextLong(), new SeededEntropy(42).nextLong());
        assertNotEquals(new SeededEntropy(42).nextLong(), new SeededEntropy(43).nextLong());
    }

    @Test
    void shouldReachBothEndsOfARange() {
        SeededEntropy chance = new SeededEntropy(1);
        Set<Long> between = new HashSet<>();
        Set<Integer> below = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            between.add(chance.nextBetween(-2, 2));
            below.add(chance.nextInt(3));
        }
        assertEquals(Set.of(-2L, -1L, 0L, 1L, 2L), between);
        assertEquals(Set.of(0, 1, 2), below);
    }

    @Test
    void shouldKeepOneTimeGoingForwardWhenTheOtherJumpsBack() {
        ManualClock clock = new ManualClock();
        long start = clock.millis();
        clock.advance(Duration.ofSeconds(10));
        clock.jumpWallClock(Duration.ofHours(-1));

        assertEquals(10_000_000_000L, clock.nanos());
        assertEquals(start + 10_000 - 3_600_000, clock.millis());
        clock.advanceTo(5);
        assertEquals(10_000_000_000L, clock.nanos());
        assertThrows(IllegalArgumentException.class, () -> clock.advance(Duration.ofNanos(-1)));
    }
}
