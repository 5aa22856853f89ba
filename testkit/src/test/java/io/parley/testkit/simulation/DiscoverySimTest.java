package io.parley.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Topic;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.spi.Claim;
import io.parley.testkit.Sim;
import io.parley.testkit.discovery.SimAir;
import io.parley.testkit.seeded.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that know no addresses: they find each other, keep finding each other, and believe no more than a link proves. */
@Timeout(300)
class DiscoverySimTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Topic<Integer> TICKS = Topic.of("ticks", Codec.int32());

    private static List<Node> nodes(Sim sim, int count) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(sim.node("n" + i));
            sim.run(Duration.ofMillis(sim.chance().nextInt(300)));
        }
        assertTrue(sim.runUntil(() -> LinksSimTest.allLinked(nodes), SOON), "not all linked in time");
        return nodes;
    }

    private static long count(Sim sim, Node node, Happening what) {
        return sim.events(node).stream()
                .filter(event -> event.what() == what)
                .mapToLong(NodeEvent::count)
                .sum();
    }

    private static Claim forged(int number, String address) {
        return new Claim(
                "forged-" + number, new NodeId(7, number), new Run(0, number), List.of(Endpoint.parse(address)), null);
    }

    @Test
    void shouldLinkAllWhoHearOfEachOther() {
        Seeds.forEach(50, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                sim.discovering();
                nodes(sim, 2 + sim.chance().nextInt(6));
            }
        });
    }

    @Test
    void shouldLinkAgainWithinFiveSecondsOfTheEndOfAPartition() {
        Seeds.forEach(50, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                SimAir air = sim.discovering();
                List<Node> nodes = nodes(sim, 3);
                sim.partition(nodes.get(0), nodes.get(1));
                sim.partition(nodes.get(0), nodes.get(2));
                sim.run(Duration.ofSeconds(30));
                air.forgeGoodbyes(); // what was heard is worth nothing any more, and must not be needed
                sim.run(Duration.ofSeconds(30));
                sim.heal();
                assertTrue(
                        sim.runUntil(() -> LinksSimTest.allLinked(nodes), SOON), () -> "" + sim.events(nodes.get(0)));
            }
        });
    }

    @Test
    void shouldLinkARestartedNodeWithinASecond() {
        Seeds.forEach(50, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                sim.discovering();
                List<Node> nodes = nodes(sim, 3);
                sim.crash(nodes.get(1));
                sim.run(Duration.ofMillis(sim.chance().nextInt(20_000)));
                nodes.set(1, sim.restart(nodes.get(1)));
                Duration second = Duration.ofSeconds(1);
                assertTrue(
                        sim.runUntil(() -> LinksSimTest.allLinked(nodes), second), () -> "" + sim.events(nodes.get(0)));
            }
        });
    }

    @Test
    void shouldMakeLinksAnewThatDiedWithAnAddressP4() {
        Seeds.forEach(50, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                SimAir air = sim.discovering();
                List<Node> nodes = nodes(sim, 3);
                Node moved = nodes.get(0);
                sim.run(Duration.ofMillis(sim.chance().nextInt(5_000)));
                sim.network().blackHole(sim.host(moved), sim.host(nodes.get(1)));
                air.addressChanged(sim.host(moved));
                sim.run(Duration.ofSeconds(4)); // the silence alone would end it after ten
                assertTrue(LinksSimTest.allLinked(nodes), () -> "" + sim.events(moved));
                assertEquals(1, count(sim, moved, Happening.PEER_BACK), () -> "" + sim.events(moved));
                for (Node node : nodes) {
                    assertEquals(0, count(sim, node, Happening.PEER_LOST), () -> "" + sim.events(node));
                }
            }
        });
    }

    @Test
    void shouldHarmNoLinkByForgedGoodbyes() {
        Seeds.forEach(30, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                SimAir air = sim.discovering();
                List<Node> nodes = nodes(sim, 3);
                sim.run(SOON); // each has heard of all by now
                air.forgeGoodbyes();
                sim.run(Duration.ofSeconds(1));
                nodes.forEach(node -> assertEquals(2, count(sim, node, Happening.CLAIM_LOST)));
                sim.run(Duration.ofSeconds(30));
                assertTrue(LinksSimTest.allLinked(nodes));
                for (Node node : nodes) {
                    assertEquals(0, count(sim, node, Happening.PEER_SUSPECT), () -> "" + sim.events(node));
                }
            }
        });
    }

    @Test
    void shouldHarmNoLinkByClaimsThatNameOthersAtItsAddress() {
        Seeds.forEach(30, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                SimAir air = sim.discovering();
                List<Node> nodes = nodes(sim, 3);
                Node deceived = nodes.get(0);
                String address = nodes.get(1).endpoints().get(0).toString();
                // as if the third node were where the second is: when the second's link breaks, it must still be
                // dialled
                NodeId third = nodes.get(2).id();
                Claim lie = new Claim("lie", third, new Run(0, 1), List.of(Endpoint.parse(address)), null);
                air.forge(sim.host(deceived), lie);
                sim.run(Duration.ofSeconds(1));
                sim.sever(deceived, nodes.get(1));
                assertTrue(sim.runUntil(() -> LinksSimTest.allLinked(nodes), SOON), () -> "" + sim.events(deceived));
            }
        });
    }

    @Test
    void shouldFindANodeWhoseAddressALieGaveToAnotherBefore() {
        Seeds.forEach(30, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                SimAir air = sim.discovering();
                List<Node> nodes = new ArrayList<>(nodes(sim, 2));
                Claim lie =
                        new Claim("lie", nodes.get(1).id(), null, List.of(Endpoint.parse("tcp://10.0.0.3:7000")), null);
                nodes.forEach(node -> air.forge(sim.host(node), lie));
                nodes.add(sim.node("n2"));
                assertTrue(sim.runUntil(() -> LinksSimTest.allLinked(nodes), SOON), "not linked");
            }
        });
    }

    @Test
    void shouldDialNoAddressBeyondItsNetworks() {
        try (Sim sim = Sim.seeded(1)) {
            SimAir air = sim.discovering();
            Node node = sim.node("n0");
            sim.run(Duration.ofSeconds(1));
            air.forge(sim.host(node), forged(1, "tcp://192.0.2.1:22"));
            air.forge(sim.host(node), forged(2, "tcp://router.example:80"));
            sim.run(Duration.ofSeconds(30));
            assertEquals(0, count(sim, node, Happening.DIAL_FAILED), () -> "" + sim.events(node));
            assertTrue(count(sim, node, Happening.CLAIM_REFUSED) >= 2, () -> "" + sim.events(node));
        }
    }

    @Test
    void shouldWorkOnUnderTenThousandForgedServices() {
        Seeds.forEach(3, seed -> {
            try (Sim sim = Sim.seeded(seed)) {
                SimAir air = sim.discovering();
                List<Node> nodes = nodes(sim, 2);
                List<Integer> got = new ArrayList<>();
                nodes.get(0).subscribe(TICKS, message -> got.add(message.value()));
                nodes.get(1).publisher(TICKS).awaitSubscribers(1, SOON);
                for (int i = 0; i < 10_000; i++) {
                    String address = "tcp://10.0." + (200 + i % 50) + "." + (1 + i / 50) + ":4000";
                    air.forge(sim.host(nodes.get(0)), forged(i, address));
                    if (i % 100 == 99) {
                        sim.run(Duration.ofMillis(10));
                        nodes.get(1).publisher(TICKS).send(i / 100);
                    }
                }
                assertTrue(sim.runUntil(() -> got.size() == 100, SOON), () -> got.size() + " came");
                nodes.add(sim.node("late")); // it is found among ten thousand lies
                assertTrue(sim.runUntil(() -> LinksSimTest.allLinked(nodes), SOON), "the late one is not linked");
                assertEquals(0, count(sim, nodes.get(0), Happening.PEER_SUSPECT));
                sim.run(Duration.ofSeconds(2)); // what was refused is told once a second
                assertTrue(
                        count(sim, nodes.get(0), Happening.CLAIM_REFUSED) > 1_000, "more was believed than is there");
            }
        });
    }
}
