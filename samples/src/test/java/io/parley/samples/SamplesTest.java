package io.parley.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The samples do what they say. */
@Timeout(60)
class SamplesTest {
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @Test
    void shouldShowTheTicksThatMatch() throws InterruptedException {
        Ticker.run(told::add);
        assertEquals(List.of("ticks.eur.usd 1.0831/1.0833", "ticks.eur.chf 0.9411/0.9414"), told);
    }

    @Test
    void shouldDoEveryJobAndGiveUpTheOneThatFails() throws InterruptedException {
        JobQueue.run(told::add);
        assertEquals(
                Set.of(
                        "printed a.pdf",
                        "printed b.pdf",
                        "printed long.pdf, attempt 2",
                        "gave up torn.pdf: java.io.IOException: the paper is torn"),
                new TreeSet<>(told));
        assertEquals(4, told.size());
    }

    @Test
    void shouldBookEveryOrderOnce() {
        new ReliableOrders().run(told::add);
        assertEquals(
                List.of(
                        "ada: 3 apples was booked by [billing]",
                        "ben: 1 pear was booked by [billing]",
                        "ada: 2 plums was booked by [billing]"),
                told);
    }

    @Test
    void shouldCountLetters() {
        WordLength.run(told::add);
        assertEquals(List.of("hello has 5 letters", "world has 5"), told);
    }
}
