package io.parley.tools.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "250ms, 250000000",
        "10s, 10000000000",
        "3, 3000000000",
        "0.5, 500000000",
        "2m, 120000000000",
        "100us, 100000"
    })
    void shouldReadNumberAndUnit(String text, long nanos) {
        assertEquals(Duration.ofNanos(nanos), Durations.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "1 s", "10sec", "1e9", "99999999d"})
    void shouldRefuseAnythingElse(String text) {
        assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
    }

    @Test
    void shouldWriteForPeople() {
        assertEquals("250 ms", Durations.text(Duration.ofMillis(250)));
        assertEquals("12.4 s", Durations.text(Duration.ofMillis(12_420)));
        assertEquals("3 s", Durations.text(Duration.ofSeconds(3)));
    }
}
