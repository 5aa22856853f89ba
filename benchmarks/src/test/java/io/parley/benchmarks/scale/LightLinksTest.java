package io.parley.benchmarks.scale;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.parley.benchmarks.light.LightDriver;
import io.parley.benchmarks.light.LightLink;
import io.parley.core.Node;
import io.parley.core.NodeLimits;
import io.parley.core.Publisher;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node and as many peers as it takes, which know nothing of Parley but its protocol. */
@Timeout(180)
class LightLinksTest {
    private static final int LINKS = NodeLimits.DEFAULT.maxPeers();
    private static final int MESSAGES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(strings = {"zmtp", "zmq"})
    void shouldServeAsManyPeersAsItTakesInOrderAndRefuseOneMore(String transport) throws Exception {
        UnixOperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        assumeTrue(system.getMaxFileDescriptorCount() > 3L * LINKS, "skipped: too few descriptors for so many links");
        try (Node node = Hub.open("hub", transport);
                LightDriver driver = new LightDriver(address(node))) {
            Publisher<byte[]> ticks = node.publisher(Hub.TICKS);
            node.reply(Hub.ECHO, request -> request);

            List<LightLink> links = driver.connect(LINKS);
            reach(driver, LINKS, transport);
            assertTrue(driver.runUntil(
                    () -> links.stream().allMatch(link -> link.offered("ticks") && link.offered("echo")), PATIENCE));
            assertTrue(driver.runUntil(() -> Hub.peersUp(node) == LINKS, PATIENCE));

            shouldDeliverToAll(driver, links, ticks);
            shouldAnswerAll(driver, links);
            assertTrue(driver.runUntil(() -> links.stream().allMatch(link -> link.heartbeats() > 1), PATIENCE));

            LightLink oneMore = driver.connect(1).get(0);
            assertTrue(driver.runUntil(() -> oneMore.state() == LightLink.State.ENDED, PATIENCE));
            assertEquals("REJECT 7", oneMore.whyEnded(), "TOO_MANY_PEERS");
            assertEquals(LINKS, driver.count(LightLink.State.UP));
        }
    }

    private static void reach(LightDriver driver, int links, String transport) throws Exception {
        boolean all = driver.runUntil(() -> driver.count(LightLink.State.UP) == links, PATIENCE);
        assertTrue(
                all,
                () -> transport + ": up " + driver.count(LightLink.State.UP) + ", ended: "
                        + driver.links().stream()
                                .map(LightLink::whyEnded)
                                .distinct()
                                .toList());
    }

    private static void shouldDeliverToAll(LightDriver driver, List<LightLink> links, Publisher<byte[]> ticks)
            throws Exception {
        int[] got = new int[links.size()];
        for (int i = 0; i < links.size(); i++) {
            int link = i;
            int session = links.get(i).attach("ticks", payload -> {
                assertEquals(Integer.toString(got[link]), new String(payload, UTF_8));
                got[link]++;
            });
            assertEquals(1, session);
        }
        assertTrue(driver.runUntil(() -> links.stream().allMatch(link -> link.attached(1)), PATIENCE));
        for (int i = 0; i < MESSAGES; i++) {
            ticks.send(Integer.toString(i).getBytes(UTF_8));
        }
        assertTrue(driver.runUntil(() -> all(got, MESSAGES), PATIENCE));
    }

    private static boolean all(int[] got, int expected) {
        for (int count : got) {
            if (count != expected) {
                return false;
            }
        }
        return true;
    }

    private static void shouldAnswerAll(LightDriver driver, List<LightLink> links) throws Exception {
        for (int i = 0; i < links.size(); i++) {
            links.get(i).request("echo", ("request " + i).getBytes(UTF_8));
        }
        assertTrue(driver.runUntil(() -> links.stream().allMatch(link -> link.reply() != null), PATIENCE));
        for (int i = 0; i < links.size(); i++) {
            assertArrayEquals(("request " + i).getBytes(UTF_8), links.get(i).reply());
        }
    }

    private static InetSocketAddress address(Node node) {
        URI uri = URI.create(node.endpoints().get(0).toString());
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }
}
