package io.parley.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Peer;
import io.parley.core.channel.Happening;
import io.parley.transport.Zmtp;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that a name server knows. */
@Timeout(60)
class DnsSdTest {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String SERVICE = "_parley._tcp.orders.shop.svc.cluster.local";
    private final BlockingQueue<NodeEvent> events = new LinkedBlockingQueue<>();
    private ZoneServer zone;

    @BeforeEach
    void serve() throws IOException {
        zone = new ZoneServer();
    }

    @AfterEach
    void stop() {
        zone.close();
    }

    private static Node pod(String name) {
        return Node.builder(name).transport(Zmtp.transport()).open();
    }

    private static int port(Node node) {
        return node.endpoints().get(0).port();
    }

    private Node seeker(DnsSd source) {
        return Node.builder("seeker")
                .transport(Zmtp.transport())
                .listen("tcp://127.0.0.1:0")
                .discovery(source.server(zone.address()).every(Duration.ofMillis(100)))
                .onEvent(events::add)
                .open();
    }

    private void await(Happening what) throws InterruptedException {
        NodeEvent event = events.poll(15, TimeUnit.SECONDS);
        while (event != null && event.what() != what) {
            event = events.poll(15, TimeUnit.SECONDS);
        }
        assertTrue(event != null, "no " + what);
    }

    @Test
    void shouldFindWhatSrvRecordsName() {
        try (Node one = pod("one");
                Node two = pod("two")) {
            zone.srv(SERVICE, "pod-1.orders.shop", port(one));
            zone.srv(SERVICE, "pod-2.orders.shop", port(two));
            zone.a("pod-1.orders.shop", 127, 0, 0, 1);
            zone.a("pod-2.orders.shop", 127, 0, 0, 1);
            try (Node seeker = seeker(DnsSd.of(SERVICE))) {
                seeker.awaitPeer("one", SOON);
                seeker.awaitPeer("two", SOON);
            }
        }
    }

    @Test
    void shouldReadTextWhereInstancesHaveIt() throws InterruptedException {
        try (Node one = pod("one");
                Node two = pod("two")) {
            String type = "_parley._tcp.example.org";
            zone.ptr(type, "a." + type);
            zone.ptr(type, "b." + type);
            zone.srv("a." + type, "a.example.org", port(one));
            zone.srv("b." + type, "b.example.org", port(two));
            zone.txt("a." + type, "txtvers=1", "id=" + one.id(), "ep=0", "n=1");
            zone.txt("b." + type, "txtvers=1", "id=" + two.id(), "ep=0", "n=1", "g=anotherGroup");
            zone.a("a.example.org", 127, 0, 0, 1);
            zone.a("b.example.org", 127, 0, 0, 1);
            try (Node seeker = seeker(DnsSd.of(type))) {
                seeker.awaitPeer("one", SOON);
                await(Happening.PEER_JOINED);
                assertEquals(1, seeker.peers().size(), "what is said to be of another group is not dialled");
                assertTrue(two.peers().isEmpty());
            }
        }
    }

    @Test
    void shouldFindAddressesWithAPort() {
        try (Node one = pod("one")) {
            zone.a("orders.shop", 127, 0, 0, 1);
            try (Node seeker = seeker(DnsSd.of("orders.shop").port(port(one)))) {
                seeker.awaitPeer("one", SOON);
            }
        }
    }

    @Test
    void shouldFollowChangesAndKeepTheLinkOfANameThatIsGone() throws InterruptedException {
        try (Node one = pod("one");
                Node two = pod("two")) {
            zone.srv(SERVICE, "pod-1.orders.shop", port(one));
            zone.a("pod-1.orders.shop", 127, 0, 0, 1);
            try (Node seeker = seeker(DnsSd.of(SERVICE))) {
                seeker.awaitPeer("one", SOON);
                zone.clear();
                zone.srv(SERVICE, "pod-2.orders.shop", port(two));
                zone.a("pod-2.orders.shop", 127, 0, 0, 1);
                await(Happening.CLAIM_LOST);
                Peer found = seeker.awaitPeer("two", SOON);
                assertEquals(two.id(), found.id());
                assertEquals(one.id(), seeker.awaitPeer("one", Duration.ZERO).id());
            }
        }
    }

    @Test
    void shouldTellOfAServerThatDoesNotAnswer() throws InterruptedException, IOException {
        zone.close();
        try (Node one = pod("one");
                Node seeker = seeker(DnsSd.of(SERVICE))) {
            await(Happening.DISCOVERY_FAILED);
            assertEquals(0, seeker.peers().size());
            assertTrue(one.peers().isEmpty());
        }
    }
}
