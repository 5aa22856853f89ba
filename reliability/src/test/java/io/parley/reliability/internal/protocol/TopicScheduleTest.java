package io.parley.reliability.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Filter;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.channel.Start;
import io.parley.core.channel.SubjectIndex;
import io.parley.core.wire.Gap;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Seeded schedules of everything that can happen to the readers of a topic: P5, P6, P18. */
@Timeout(60)
class TopicScheduleTest {
    private static final List<String> SUBJECTS = List.of("", "eur", "eur.usd", "usd", "usd.eur");
    private static final List<String> FILTERS = List.of("#", "eur.#", "usd", "*", "");

    static LongStream seeds() {
        return Chance.seeds(300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldBringEachMessageOnceOrTellItsLoss(long seed) {
        Chance chance = new Chance(seed);
        TopicWorld world = new TopicWorld(
                256 * 1024,
                chance.oneIn(3) ? Laggards.evictAfter(Duration.ZERO) : Laggards.evictAfter(Duration.ofSeconds(5)),
                chance.oneIn(4) ? Overflow.dropOldest() : Overflow.fail());
        int readers = 1 + chance.below(4);
        for (int i = 0; i < readers; i++) {
            ReaderSettings.Window window = new ReaderSettings.Window(1 + chance.below(200), 200 + chance.below(8_000));
            String filter = FILTERS.get(chance.below(FILTERS.size()));
            world.reader(i + 1, filter, chance.oneIn(2) ? Start.NEW : Start.EARLIEST, window);
        }
        for (int step = 0; step < 2_000; step++) {
            step(world, chance);
        }
        heal(world);
        world.readers.forEach(r -> check(world, r));
        List<Long> ended = new java.util.ArrayList<>(world.heard.completed);
        ended.addAll(world.heard.expired);
        assertEquals(
                LongStream.rangeClosed(1, world.appender.sent().size()).boxed().toList(),
                ended.stream().sorted().toList());
    }

    private static void step(TopicWorld world, Chance chance) {
        TopicWorld.Reader reader = world.readers.get(chance.below(world.readers.size()));
        boolean attached = reader.attached();
        switch (chance.below(attached ? 12 : 8)) {
            case 0, 1 -> appendSome(world, chance);
            case 2 -> world.outlet.turn(world.now);
            case 3 -> world.advance(Duration.ofMillis(chance.below(200)));
            case 4, 5 -> {
                if (!attached && chance.oneIn(3)) {
                    reader.attach();
                }
            }
            case 6 -> lose(world, chance, reader);
            case 7 -> world.wallJump = chance.oneIn(20) ? chance.below(7_200_000) - 3_600_000L : world.wallJump;
            case 8 -> reader.wire.send(world.now);
            case 9 -> reader.wire.arrive(world.now);
            case 10 -> reader.wire.answer(world.now);
            default -> {
                for (int i = chance.below(30); i > 0 && reader.inbox.handle(); i--) {
                    // as many as there are
                }
                reader.wire.in().turn(reader.wire, world.now);
            }
        }
        if (attached && chance.oneIn(100)) {
            reader.cut();
        }
    }

    private static void lose(TopicWorld world, Chance chance, TopicWorld.Reader reader) {
        if (!reader.attached() && reader.attachedAt > 0) {
            world.outlet.peerLost(reader.peer.id(), world.now);
            if (chance.oneIn(10)) {
                world.advance(Duration.ofSeconds(121));
            }
        }
    }

    private static void appendSome(TopicWorld world, Chance chance) {
        for (int i = chance.below(40); i > 0; i--) {
            world.append(SUBJECTS.get(chance.below(SUBJECTS.size())), chance.oneIn(8) ? 1 + chance.below(2_000) : 0);
        }
    }

    private static void heal(TopicWorld world) {
        for (TopicWorld.Reader reader : world.readers) {
            if (!reader.attached()) {
                reader.attach();
            }
        }
        world.settle();
    }

    private static void check(TopicWorld world, TopicWorld.Reader reader) {
        SubjectIndex<Boolean> index = new SubjectIndex<>();
        index.add(new Filter(reader.settings.filter().text()), true);
        List<String> wanted =
                SUBJECTS.stream().filter(s -> !index.match(s).isEmpty()).toList();
        List<Long> ran = reader.ran();
        Set<Long> once = new HashSet<>(ran);
        assertEquals(once.size(), ran.size(), "ran twice");
        assertEquals(ran.stream().sorted().toList(), ran, "out of order");
        assertEquals(0, reader.inbox.skipped, "P5: sent again although it was processed");
        NavigableSet<Long> missing = new TreeSet<>();
        for (Appender.Sent sent : world.appender.sent()) {
            if (!wanted.contains(sent.subject())) {
                assertFalse(once.contains(sent.lsn()), () -> "not wanted: " + sent);
            } else if (!once.contains(sent.lsn())) {
                missing.add(sent.lsn());
                assertTrue(
                        sent.lsn() < reader.attachedAt || isTold(reader, sent.lsn()), () -> "silently lost: " + sent);
            }
        }
        for (Gap gap : reader.inbox.gaps) {
            int lost =
                    missing.subSet(gap.from().lsn(), true, gap.to().lsn(), true).size();
            boolean right = gap.exactness() == Gap.Exactness.EXACT ? lost == gap.count() : lost <= gap.count();
            assertTrue(right, () -> lost + " are missing where it says " + gap);
        }
    }

    private static boolean isTold(TopicWorld.Reader reader, long lsn) {
        return reader.inbox.gaps.stream()
                .anyMatch(gap -> gap.from().lsn() <= lsn && lsn <= gap.to().lsn());
    }
}
