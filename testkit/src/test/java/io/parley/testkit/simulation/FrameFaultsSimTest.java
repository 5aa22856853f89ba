package io.parley.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Topic;
import io.parley.core.channel.ReaderSettings.Window;
import io.parley.core.codec.Codec;
import io.parley.core.wire.FrameType;
import io.parley.testkit.Sim;
import io.parley.testkit.net.FrameFate;
import io.parley.testkit.net.FrameRule;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A single frame that goes astray, of each type and at each place: nothing is lost in silence, nothing comes twice. */
@Timeout(600)
class FrameFaultsSimTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MESSAGES = 100;
    private static final Topic<String> OTHER = Topic.of("other", Codec.utf8());
    /** Lost without their link, these are noticed, or do not matter. */
    private static final Set<FrameType> MISSED = EnumSet.of(
            FrameType.HELLO, FrameType.WELCOME, FrameType.DATA, FrameType.GAP, FrameType.PING, FrameType.PONG);

    private static final Set<FrameType> IN_USE = EnumSet.of(
            FrameType.HELLO,
            FrameType.WELCOME,
            FrameType.REJECT,
            FrameType.OFFER,
            FrameType.ATTACH,
            FrameType.ATTACHED,
            FrameType.DATA,
            FrameType.GAP,
            FrameType.ACK,
            FrameType.PING,
            FrameType.PONG);

    @Test
    void shouldStandALinkThatBreaksBeforeAFrameP3() {
        forEachFrame(IN_USE, FrameFate.BREAK_BEFORE);
    }

    @Test
    void shouldStandALinkThatBreaksAfterAFrameP3() {
        forEachFrame(IN_USE, FrameFate.BREAK_AFTER);
    }

    @Test
    void shouldStandAFrameThatComesTwiceP3() {
        forEachFrame(IN_USE, FrameFate.REPEAT);
    }

    @Test
    void shouldStandAFrameThatComesLateP3() {
        forEachFrame(IN_USE, FrameFate.delay(Duration.ofMillis(2_500)));
    }

    @Test
    void shouldNoticeAFrameThatNeverComesP3() {
        forEachFrame(MISSED, FrameFate.LOSE);
    }

    @Test
    void shouldNoticeThatTheLastFrameNeverCameP3() {
        Seeds.forEach(30, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a");
                Node b = sim.node("b");
                Ledger ledger = new Ledger("b");
                b.subscribe(ledger.on(Ledger.TOPIC.reader()), ledger::received);
                a.publisher(Ledger.TOPIC).awaitSubscribers(1, LIMIT);
                sim.network().rule(FrameRule.nthOfType(1, FrameType.DATA.code(), FrameFate.LOSE));
                a.publisher(Ledger.TOPIC).send(Ledger.value("a", 1, 10));
                assertTrue(sim.runUntil(() -> ledger.audit("a", 1).isEmpty(), Duration.ofSeconds(15)));
            }
        });
    }

    @Test
    void shouldNoticeThatTheLastFrameNeverCameWhileItIsBusySendingItselfP3() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a");
                Node b = sim.node("b");
                Ledger ledger = new Ledger("b");
                b.subscribe(ledger.on(Ledger.TOPIC.reader()), ledger::received);
                a.subscribe(OTHER, m -> {});
                a.publisher(Ledger.TOPIC).awaitSubscribers(1, LIMIT);
                b.publisher(OTHER).awaitSubscribers(1, LIMIT);
                String from = sim.host(a).address();
                sim.network()
                        .rule(FrameRule.nth(
                                1,
                                passage -> passage.type() == FrameType.DATA.code()
                                        && passage.from().equals(from),
                                FrameFate.LOSE));
                sim.after(b, Duration.ZERO, () -> chatter(sim, b));
                a.publisher(Ledger.TOPIC).send(Ledger.value("a", 1, 10));
                assertTrue(sim.runUntil(() -> ledger.audit("a", 1).isEmpty(), Duration.ofSeconds(15)));
            }
        });
    }

    /** Never silent for so long that it would have to ping. */
    private static void chatter(Sim sim, Node node) {
        node.publisher(OTHER).send("tick");
        sim.after(node, Duration.ofMillis(300), () -> chatter(sim, node));
    }

    @Test
    void shouldLoseNothingUntoldWhenTheLinkBreaksBeforeTheFirstMessageOfANewReaderP6() {
        Seeds.forEach(20, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Node a = sim.node("a");
                Node b = sim.node("b");
                a.publisher(Ledger.TOPIC).send(Ledger.value("a", 0, 10));
                assertTrue(sim.runUntil(() -> LinksSimTest.allLinked(List.of(a, b)), LIMIT));
                sim.run(Duration.ofMillis(sim.chance().nextInt(3_000)));
                Ledger ledger = new Ledger("b");
                b.subscribe(ledger.on(Ledger.TOPIC.reader()), ledger::received); // the offer came first
                a.publisher(Ledger.TOPIC).awaitSubscribers(1, LIMIT);
                sim.network().rule(FrameRule.nthOfType(1, FrameType.DATA.code(), FrameFate.BREAK_BEFORE));
                sim.run(Duration.ofMillis(sim.chance().nextInt(100)));
                a.publisher(Ledger.TOPIC).send(Ledger.value("a", 1, 10));
                assertTrue(sim.runUntil(() -> ledger.audit("a", 1).isEmpty(), LIMIT), () -> "" + ledger.audit("a", 1));
            }
        });
    }

    @Test
    void shouldNeitherOverrunNorStarveWhenGrantsComeTwiceOrAreLostWithTheirLinkP18() {
        Seeds.forEach(60, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                FrameRule grants = passage -> passage.type() != FrameType.ACK.code()
                        ? FrameFate.PASS
                        : switch (sim.chance().nextInt(20)) {
                            case 0 -> FrameFate.BREAK_BEFORE;
                            case 1, 2, 3 -> FrameFate.REPEAT;
                            case 4, 5 ->
                                FrameFate.delay(Duration.ofMillis(sim.chance().nextInt(300)));
                            default -> FrameFate.PASS;
                        };
                sim.network().rule(grants);
                int window = 1 + sim.chance().nextInt(20);
                play(sim, new Window(window, 5_000), "seed " + seed);
            }
        });
    }

    private static void forEachFrame(Set<FrameType> types, FrameFate fate) {
        Seeds.forEach(3, seed -> {
            for (FrameType type : types) {
                for (int nth = 1; nth <= 8; nth++) {
                    try (Sim sim = Sim.seeded(seed)) {
                        sim.network().rule(FrameRule.nthOfType(nth, type.code(), fate));
                        play(sim, new Window(8, 10_000), fate + " of " + type + " " + nth);
                    }
                }
            }
        });
    }

    private static void play(Sim sim, Window window, String what) {
        Node a = sim.node("a");
        Node b = sim.node("b");
        Ledger ledger = new Ledger("b");
        long[] waiting = {0};
        var subscription = b.subscribe(ledger.on(Ledger.TOPIC.reader().window(window)), m -> {
            ledger.received(m);
            if (sim.chance().chance(0.1)) {
                sim.run(Duration.ofMillis(sim.chance().nextInt(100)));
            }
        });
        assertTrue(sim.runUntil(() -> LinksSimTest.allLinked(List.of(a, b)), LIMIT), what + ": not linked");
        a.publisher(Ledger.TOPIC).awaitSubscribers(1, LIMIT);
        for (int i = 1; i <= MESSAGES; i++) {
            a.publisher(Ledger.TOPIC).send(Ledger.value("a", i, sim.chance().nextInt(1_000)));
            sim.run(Duration.ofMillis(sim.chance().nextInt(30)));
            waiting[0] = Math.max(waiting[0], subscription.stats().waiting());
        }
        boolean all = sim.runUntil(() -> ledger.audit("a", MESSAGES).isEmpty(), LIMIT);
        assertTrue(all, () -> what + ": " + ledger.audit("a", MESSAGES) + a.explain("ticks") + sim.events(b));
        assertEquals(List.of(), ledger.audit("a", MESSAGES), what);
        // what a session that broke had brought may still wait when the next one uses its own window
        assertTrue(waiting[0] <= 2L * window.messages(), () -> waiting[0] + " waited, window " + window);
        sim.run(Duration.ofSeconds(3));
        assertEquals(List.of(), ledger.audit("a", MESSAGES), what);
    }
}
