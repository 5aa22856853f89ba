package io.parley.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes on hosts of their own, and what networks do to them. Nothing leaves the namespaces. */
@Tag("netlab")
@Timeout(180)
class NetlabTest {
    private static final int START = 40;

    @BeforeAll
    static void needsNamespaces() {
        assumeTrue(Netlab.obstacle().isEmpty(), Netlab::obstacle);
    }

    private static void startAll(Netlab lab, int count) throws IOException, InterruptedException {
        for (int i = 1; i <= count; i++) {
            lab.start(i);
        }
        awaitAll(lab, count, START);
    }

    private static void awaitAll(Netlab lab, int count, int seconds) throws InterruptedException {
        for (int i = 1; i <= count; i++) {
            int host = i;
            assertTrue(
                    lab.host(i).awaitUp(count - 1, seconds),
                    () -> host + ": " + lab.host(host).lines());
        }
    }

    private static long losses(List<String> lines) {
        return lines.stream().filter(line -> line.contains("PEER_LOST")).count();
    }

    private static long suspicions(Netlab.Host host) {
        return host.lines().stream()
                .filter(line -> line.contains("PEER_SUSPECT") || line.contains("PEER_LOST"))
                .count();
    }

    @Test
    void shouldFindAllHostsAndNoticeAKillBeforeItsEntryEnds() throws Exception {
        try (Netlab lab = new Netlab(4)) {
            startAll(lab, 4);
            lab.host(2).kill();
            assertTrue(lab.host(1).awaitUp(2, 12), () -> "" + lab.host(1).lines());
            lab.start(2);
            awaitAll(lab, 4, START);
        }
    }

    @Test
    void shouldComeTogetherAfterAPartitionAndNotNeedMulticastWhileLinked() throws Exception {
        try (Netlab lab = new Netlab(3)) {
            startAll(lab, 3);
            lab.run("mcast", "1", "off");
            lab.run("partition", "1", "2,3");
            assertTrue(
                    lab.host(1).await(all -> losses(all) == 2, 30),
                    () -> "" + lab.host(1).lines());
            assertTrue(
                    lab.host(2).await(all -> losses(all) == 1, 30),
                    () -> "" + lab.host(2).lines());
            long before = suspicions(lab.host(2));
            lab.run("heal");
            awaitAll(lab, 3, 10); // still without multicast
            assertEquals(before, suspicions(lab.host(2)), () -> "" + lab.host(2).lines());
        }
    }

    @Test
    void shouldFindAHostAgainWhoseAddressChanged() throws Exception {
        try (Netlab lab = new Netlab(3)) {
            startAll(lab, 3);
            lab.run("renumber", "3", "33");
            assertTrue(
                    lab.host(1).await(all -> all.stream().anyMatch(l -> l.contains("10.77.0.33")), 40),
                    () -> "" + lab.host(1).lines());
            awaitAll(lab, 3, START);
        }
    }
}
