package io.parley.reliability.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumberRunsTest {
    private final NumberRuns runs = new NumberRuns();
    private final List<String> passed = new ArrayList<>();
    private final NumberRuns.Passed into = new NumberRuns.Passed() {
        @Override
        public void records(long firstNumber, long epoch, long fromLsn, long toLsn) {
            passed.add(fromLsn + "-" + toLsn);
        }

        @Override
        public void gap(long toEpoch, long toLsn) {
            passed.add("gap-" + toLsn);
        }
    };

    @Test
    void shouldJoinWhatFollows() {
        runs.records(1, 0, 7, 40);
        runs.records(41, 0, 47, 2);
        assertEquals(1, runs.size());
        runs.gap(43, 0, 49, 90);
        runs.records(44, 0, 91, 1);
        assertEquals(3, runs.size());
        runs.passNumbers(42, into);
        assertEquals(49, runs.firstLsn());
        runs.passNumbers(44, into);
        assertEquals(List.of("7-48", "gap-90", "91-91"), passed);
        assertTrue(runs.isEmpty());
    }

    @Test
    void shouldSplitARunAndGrowAroundTheEnd() {
        for (int i = 0; i < 1_000; i++) {
            runs.records(2L * i + 1, 0, 10L * i, 2);
            if (i % 3 == 0) {
                runs.passNumbers(i, into);
            }
        }
        runs.passNumbers(2_000, into);
        long records = passed.stream()
                .map(p -> p.split("-"))
                .mapToLong(p -> Long.parseLong(p[1]) - Long.parseLong(p[0]) + 1)
                .sum();
        assertEquals(2_000, records);
    }

    @Test
    void shouldPassByMessage() {
        runs.records(1, 0, 5, 10);
        runs.gap(11, 0, 15, 20);
        runs.passMessages(8, into);
        assertEquals(List.of("5-8"), passed);
        runs.passMessages(30, into);
        assertEquals(List.of("5-8", "9-14", "gap-20"), passed);
    }
}
