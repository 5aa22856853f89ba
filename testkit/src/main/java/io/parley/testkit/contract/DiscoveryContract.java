package io.parley.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.identity.Subnet;
import io.parley.core.spi.Announcement;
import io.parley.core.spi.Claim;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Discovery;
import io.parley.core.spi.DiscoveryContext;
import io.parley.core.spi.DiscoveryListener;
import io.parley.testkit.seeded.ManualClock;
import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every source of discovery that announces must do. Extend it in the tests of one; sources that {@link #open} gives hear
 * each other, and nobody else.
 */
@Timeout(120)
public abstract class DiscoveryContract {
    private static final long QUICK_MILLIS = 500;

    private final List<Discovery> opened = new ArrayList<>();

    /** For those who extend it. */
    protected DiscoveryContract() {}

    /** Opens a source. */
    protected abstract Discovery open(DiscoveryContext context);

    /** An address on a network of all sources. */
    protected abstract Endpoint address(int port);

    /** Waits until the condition holds; whoever simulates time has it pass. Returns whether it holds. */
    protected abstract boolean await(BooleanSupplier condition, Duration longest);

    /** How long it may take at the most until one hears of another. */
    protected Duration patience() {
        return Duration.ofSeconds(15);
    }

    @AfterEach
    final void closeAll() {
        opened.forEach(Discovery::close);
    }

    /** A node with its source, and what it hears. */
    private final class Listening implements DiscoveryListener {
        private final Announcement self;
        private final Discovery discovery;
        private final Map<String, Claim> heard = new TreeMap<>();
        private List<Subnet> networks = List.of();

        Listening(int number, String group) {
            self = announcement(number, group, 1);
            Clock clock = new ManualClock();
            discovery = open(new DiscoveryContext("n" + number, self, clock, new SeededEntropy(number)));
            opened.add(discovery);
        }

        Announcement announcement(int number, String group, long nonce) {
            NodeId id = new NodeId(0x70a51e00L + number, 7L * number);
            return new Announcement(id, new Run(0, nonce), group, List.of(address(7_000 + number)));
        }

        Listening start() {
            discovery.start(this);
            return this;
        }

        Listening announce() {
            discovery.announce(self);
            return this;
        }

        @Override
        public synchronized void found(Claim claim) {
            heard.put(claim.key(), claim);
        }

        @Override
        public synchronized void updated(Claim claim) {
            heard.put(claim.key(), claim);
        }

        @Override
        public synchronized void lost(String key, String reason) {
            heard.remove(key);
        }

        @Override
        public void failed(String what) {}

        @Override
        public synchronized void networks(List<Subnet> told) {
            networks = told;
        }

        @Override
        public void addressesChanged() {}

        @Override
        public void refused(int count, String example) {}

        synchronized boolean hears(Announcement other) {
            return heard.values().stream()
                    .anyMatch(claim -> other.id().equals(claim.id())
                            && other.run().equals(claim.run())
                            && claim.endpoints().equals(other.endpoints()));
        }

        synchronized boolean hearsNothingOf(NodeId id) {
            return heard.values().stream().noneMatch(claim -> id.equals(claim.id()));
        }

        synchronized boolean believes(Endpoint endpoint) {
            return networks.stream().anyMatch(network -> network.contains(endpoint.host()));
        }
    }

    private void awaitThat(BooleanSupplier condition, String what) {
        assertTrue(await(condition, patience()), what + " within " + patience());
    }

    @Test
    final void shouldHearWhoAnnouncesLater() {
        Listening early = new Listening(1, "shop").start();
        Listening late = new Listening(2, "shop").start().announce();
        awaitThat(() -> early.hears(late.self), "the early one hears the late one");
        assertTrue(early.discovery.snapshot().stream()
                .anyMatch(claim -> late.self.id().equals(claim.id())));
    }

    @Test
    final void shouldHearWhoAnnouncedBefore() {
        Listening early = new Listening(3, "shop").start().announce();
        Listening late = new Listening(4, "shop").start().announce();
        awaitThat(() -> late.hears(early.self), "the late one hears the early one");
    }

    @Test
    final void shouldTellItsNetworks() {
        Listening node = new Listening(5, "shop").start();
        awaitThat(() -> node.believes(address(1)), "an address of its own is on its networks");
    }

    @Test
    final void shouldTellOfAnotherRun() {
        Listening one = new Listening(6, "shop").start();
        Listening other = new Listening(7, "shop").start().announce();
        awaitThat(() -> one.hears(other.self), "the first run is heard");
        Announcement again = other.announcement(7, "shop", 2);
        other.discovery.announce(again);
        awaitThat(() -> one.hears(again), "the second run is heard");
    }

    @Test
    final void shouldTellWhoWithdrew() {
        Listening one = new Listening(8, "shop").start();
        Listening other = new Listening(9, "shop").start().announce();
        awaitThat(() -> one.hears(other.self), "it is heard");
        other.discovery.withdraw();
        other.discovery.withdraw();
        awaitThat(() -> one.hearsNothingOf(other.self.id()), "it is not heard any more");
    }

    @Test
    final void shouldNotWaitInAnyCall() {
        Listening node = new Listening(10, "shop");
        long began = System.nanoTime();
        node.start().announce();
        node.discovery.refresh();
        node.discovery.snapshot();
        node.discovery.withdraw();
        node.discovery.close();
        long millis = (System.nanoTime() - began) / 1_000_000;
        assertTrue(millis < QUICK_MILLIS, () -> millis + " ms");
    }

    @Test
    final void shouldDoNothingOnceItIsClosed() {
        Listening one = new Listening(11, "shop").start();
        Listening closed = new Listening(12, "shop").start();
        closed.discovery.close();
        closed.discovery.close();
        closed.announce();
        closed.discovery.refresh();
        Listening last = new Listening(13, "shop").start().announce();
        awaitThat(() -> one.hears(last.self), "the last one is heard");
        assertTrue(one.hearsNothingOf(closed.self.id()), "it announced after its end");
        assertEquals(Map.of(), closed.heard);
    }
}
