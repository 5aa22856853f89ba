package io.parley.reliability.internal.journal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Flush;
import io.parley.core.log.Record;
import io.parley.testkit.log.FaultyStorage;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who found no room finds some once the oldest went, however far the thread that writes was behind. */
@Timeout(60)
class JournalRoomTest {
    private static final long CAPACITY = 4 << 20;
    private static final int SEEDS = 60;

    @Test
    void shouldHaveRoomForWhatFoundNoneOnceTheOldestWent() {
        for (int seed = 0; seed < SEEDS; seed++) {
            fill(new SplittableRandom(seed));
        }
    }

    private static void fill(SplittableRandom random) {
        JournalLog log =
                new JournalLog(new Recovery(new FaultyStorage(4 * CAPACITY), "topic.a"), Flush.ALWAYS, 1, CAPACITY);
        int refused = 0;
        while (refused < 20) {
            int payload = random.nextInt(10) == 0
                    ? log.maxRecord() - Record.FIXED - random.nextInt(2) * random.nextInt(log.maxRecord() / 2)
                    : random.nextInt(20_000);
            if (random.nextInt(40) == 0) {
                log.commit();
            }
            if (random.nextInt(40) == 0) {
                letGo(log);
            }
            if (!Writer.append(log, 1, payload)) {
                refused++;
                letGo(log); // before the rest is written, which needs its room too
                log.commit();
                letGo(log);
                assertTrue(log.hasAmpleRoom(), () -> log.usedBytes() + " of " + CAPACITY + " bytes are used");
                assertTrue(Writer.append(log, 1, payload), () -> "no room in spite of what was said");
            }
        }
        log.close();
    }

    private static void letGo(JournalLog log) {
        log.trim(log.crowded());
        log.tidy();
    }
}
