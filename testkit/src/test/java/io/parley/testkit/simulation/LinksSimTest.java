package io.parley.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Peer;
import io.parley.core.channel.Happening;
import io.parley.testkit.Mishaps;
import io.parley.testkit.Mishaps.Kind;
import io.parley.testkit.Sim;
import io.parley.testkit.net.SimSettings;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is there and who is not: noticed in time, and never a peer lost for our own sake. */
@Timeout(600)
class LinksSimTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static List<Node> nodes(Sim sim, int count) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(sim.node("n" + i));
        }
        assertTrue(sim.runUntil(() -> allLinked(nodes), SOON), "not all linked in time");
        return nodes;
    }

    static boolean allLinked(List<Node> nodes) {
        return nodes.stream()
                .allMatch(n -> n.peers().stream()
                                .filter(p -> p.state() == Peer.State.UP)
                                .count()
                        == nodes.size() - 1);
    }

    private static long count(Sim sim, Node node, Set<Happening> what) {
        return sim.events(node).stream().filter(e -> what.contains(e.what())).count();
    }

    @Test
    void shouldSettleDialsThatCrossAtOnceAndSuspectNobodyForItP4() {
        Seeds.forEach(100, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                Duration jitter = Duration.ofMillis(sim.chance().nextInt(5));
                sim.network().use(SimSettings.lan().withLatency(Duration.ofNanos(100_000), jitter));
                List<Node> nodes = nodes(sim, 3);
                sim.run(Duration.ofMillis(500));
                Set<Happening> later = EnumSet.of(Happening.PEER_SUSPECT, Happening.PEER_BACK);
                long before =
                        nodes.stream().mapToLong(n -> count(sim, n, later)).sum();
                sim.run(Duration.ofSeconds(10));
                long after = nodes.stream().mapToLong(n -> count(sim, n, later)).sum();
                assertEquals(before, after);
                nodes.forEach(n -> assertEquals(0, count(sim, n, EnumSet.of(Happening.PEER_SUSPECT))));
            }
        });
    }

    @Test
    void shouldNoticeAHalfOpenConnectionWithinElevenSecondsP4() {
        Seeds.forEach(100, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                List<Node> nodes = nodes(sim, 2);
                sim.run(Duration.ofMillis(sim.chance().nextInt(5_000)));
                sim.network().blackHole(sim.host(nodes.get(0)), sim.host(nodes.get(1)));
                sim.partition(nodes.get(0), nodes.get(1));
                sim.run(Duration.ofSeconds(11));
                for (Node node : nodes) {
                    assertEquals(1, count(sim, node, EnumSet.of(Happening.PEER_LOST)), () -> "" + sim.events(node));
                }
            }
        });
    }

    @Test
    void shouldLoseNoPeerWhenItsOwnProcessStoodStillP4() {
        Seeds.forEach(60, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                List<Node> nodes = nodes(sim, 4);
                Node stopped = nodes.get(0);
                sim.run(Duration.ofMillis(sim.chance().nextInt(5_000)));
                sim.pauseProcess(stopped, Duration.ofMillis(sim.chance().nextBetween(600, 15_000)));
                sim.run(Duration.ofSeconds(18));
                List<NodeEvent> events = sim.events(stopped);
                assertTrue(events.stream().noneMatch(e -> e.what() == Happening.PEER_LOST), events::toString);
                assertTrue(sim.runUntil(() -> allLinked(nodes), Duration.ofSeconds(4)), events::toString);
            }
        });
    }

    @Test
    void shouldLoseNoPeerWhenTheWholeMachineStoodStillP4() {
        Seeds.forEach(40, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                List<Node> nodes = nodes(sim, 3);
                sim.run(Duration.ofMillis(sim.chance().nextInt(5_000)));
                Duration pause = Duration.ofMillis(sim.chance().nextBetween(600, 3_600_000));
                nodes.forEach(node -> sim.pauseProcess(node, pause));
                sim.run(pause.plusSeconds(5));
                for (Node node : nodes) {
                    assertEquals(0, count(sim, node, EnumSet.of(Happening.PEER_LOST)), () -> "" + sim.events(node));
                }
            }
        });
    }

    @Test
    void shouldLinkAllAgainAndStayLinkedAfterWhateverWentWrong() {
        Seeds.forEach(60, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                List<Node> nodes = nodes(sim, 3 + sim.chance().nextInt(4));
                Mishaps mishaps = new Mishaps(sim, () -> nodes)
                        .of(EnumSet.range(Kind.PARTITION, Kind.POWER_CUT))
                        .every(Duration.ofMillis(sim.chance().nextBetween(50, 2_000)))
                        .onDeath(dead -> nodes.set(nodes.indexOf(dead), sim.restart(dead)))
                        .begin();
                sim.run(Duration.ofSeconds(30));
                mishaps.end();
                assertTrue(
                        sim.runUntil(() -> allLinked(nodes), SOON),
                        () -> nodes.get(0).peers() + "\n" + mishaps);
                sim.run(Duration.ofSeconds(12)); // until the last of those that lost their power is missed
                Set<Happening> unrest = EnumSet.of(
                        Happening.PEER_SUSPECT, Happening.PEER_LOST, Happening.PEER_BACK, Happening.MALFORMED_FRAME);
                long before =
                        nodes.stream().mapToLong(n -> count(sim, n, unrest)).sum();
                sim.run(Duration.ofSeconds(30));
                assertEquals(
                        before,
                        nodes.stream().mapToLong(n -> count(sim, n, unrest)).sum(),
                        mishaps::toString);
            }
        });
    }

    @Test
    void shouldLinkFiftyNodesInFiveSeconds() {
        Seeds.forEach(1, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                List<Node> nodes = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    nodes.add(sim.node("n" + i));
                }
                assertTrue(sim.runUntil(() -> allLinked(nodes), Duration.ofSeconds(5)));
            }
        });
    }

    @Test
    void shouldForgetWhoSaidGoodbyeUntilItComesBack() {
        Seeds.forEach(30, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                List<Node> nodes = nodes(sim, 4);
                Node leaver = nodes.remove(0);
                leaver.close();
                sim.run(Duration.ofSeconds(2));
                for (Node node : nodes) {
                    assertTrue(
                            node.peers().stream()
                                    .filter(p -> p.id().equals(leaver.id()))
                                    .allMatch(p -> p.state() == Peer.State.LEFT),
                            () -> "" + sim.events(node));
                }
                nodes.add(sim.restart(leaver));
                assertTrue(sim.runUntil(() -> allLinked(nodes), SOON));
            }
        });
    }
}
