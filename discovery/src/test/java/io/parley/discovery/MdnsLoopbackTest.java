package io.parley.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.NodeEvent;
import io.parley.core.Peer;
import io.parley.core.channel.Happening;
import io.parley.transport.Zmtp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that find each other on 127.0.0.1, under a type of service of their own: nothing leaves the host. */
@Timeout(90)
class MdnsLoopbackTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final String type =
            "_t" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36) + "._tcp";
    private final Queue<NodeEvent> events = new ConcurrentLinkedQueue<>();

    private Node open(String name, String group) {
        return open(name, group, event -> {});
    }

    private Node open(String name, String group, Consumer<NodeEvent> listener) {
        return Node.builder(name)
                .group(group)
                .transport(Zmtp.transport())
                .discovery(Mdns.loopback().type(type))
                .onEvent(event -> {
                    events.add(event);
                    listener.accept(event);
                })
                .open();
    }

    @Test
    void shouldLinkNodesThatKnowNothingOfEachOther() {
        try (Node first = open("first", "shop");
                Node second = open("second", "shop")) {
            assertEquals(second.id(), first.awaitPeer("second", SOON).id(), () -> "" + events);
            second.awaitPeer("first", SOON);
        }
    }

    @Test
    void shouldLinkALateNodeWithinASecondOrSo() {
        try (Node first = open("first", "shop");
                Node second = open("second", "shop")) {
            first.awaitPeers(1, SOON);
            long began = System.nanoTime();
            try (Node late = open("late", "shop")) {
                late.awaitPeers(2, SOON);
                second.awaitPeer("late", SOON);
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, () -> took + " " + events);
            }
        }
    }

    @Test
    void shouldNotDialNodesOfAnotherGroup() {
        try (Node shop = open("shop-1", "shop");
                Node bank = open("bank-1", "bank");
                Node other = open("shop-2", "shop")) {
            shop.awaitPeer("shop-2", SOON);
            other.awaitPeer("shop-1", SOON);
            assertEquals(List.of(), bank.peers());
            assertTrue(
                    events.stream().noneMatch(event -> event.what().name().equals("LINK_REFUSED")), () -> "" + events);
        }
    }

    @Test
    void shouldLinkTenNodesOfOneProcess() {
        List<Node> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                nodes.add(open("n" + i, "shop"));
            }
            nodes.forEach(node -> node.awaitPeers(9, SOON));
        } finally {
            nodes.forEach(Node::close);
        }
    }

    @Test
    void shouldFindANodeThatWasOpenedAgain() {
        try (Node first = open("first", "shop")) {
            Node second = open("second", "shop");
            first.awaitPeer("second", SOON);
            second.close();
            try (Node again = open("second", "shop")) {
                again.awaitPeer("first", SOON);
                Peer peer = first.awaitPeer("second", SOON);
                assertEquals(again.id(), peer.id());
            }
        }
    }

    @Test
    void shouldSayGoodbyeWhenItsJvmEndsWithoutClosingIt() throws Exception {
        CountDownLatch takenBack = new CountDownLatch(1);
        try (Node first = open("first", "shop", event -> {
                    if (event.what() == Happening.CLAIM_LOST) {
                        takenBack.countDown();
                    }
                });
                HostProcess process =
                        HostProcess.start(ProcessBuilder::new, HostProcess.java(EndingProgram.class, type))) {
            first.awaitPeer("second", SOON);
            assertEquals(0, process.end());
            assertTrue(takenBack.await(SOON.toSeconds(), TimeUnit.SECONDS), () -> "" + events);
        }
    }

    /** Opens a node, and ends with its input, without closing it. */
    static final class EndingProgram {
        private EndingProgram() {}

        public static void main(String[] arguments) throws IOException {
            NodeBuilder second = Node.builder("second").group("shop").transport(Zmtp.transport());
            Node unused = second.discovery(Mdns.loopback().type(arguments[0])).open();
            System.in.transferTo(System.out);
            System.exit(0);
        }
    }

    @Test
    void shouldNotBeHeldByMdnsWhenItCloses() {
        Node node = open("first", "shop");
        long began = System.nanoTime();
        node.close();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(took.compareTo(Duration.ofSeconds(1)) < 0, () -> "close took " + took);
    }
}
