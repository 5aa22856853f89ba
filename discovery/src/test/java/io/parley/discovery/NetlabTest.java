package io.parley.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.parley.testkit.netlab.Netlab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/** Processes on hosts of their own find each other, and find each other again. Nothing leaves the namespaces. */
@Tag("netlab")
@Timeout(480)
@Execution(CONCURRENT)
class NetlabTest {
    private static final int START = 40;

    @BeforeAll
    static void needsNamespaces() {
        assumeTrue(Netlab.obstacle().isEmpty(), Netlab::obstacle);
    }

    /** Milliseconds from the later one's opening until the last of the two says that they are linked. */
    private static long linked(LabHosts lab, int one, int two) throws InterruptedException {
        String a = LabHosts.name(one);
        String b = LabHosts.name(two);
        long open = Math.max(
                lab.host(one).awaitOpen(a).nanos(), lab.host(two).awaitOpen(b).nanos());
        long up = Math.max(
                lab.host(one).awaitUp(a, b, START).nanos(),
                lab.host(two).awaitUp(b, a, START).nanos());
        return Math.max(0, up - open) / 1_000_000;
    }

    @Test
    void shouldFindAllHostsWhoeverStartsFirstAndNoticeAKillBeforeItsEntryEnds() throws Exception {
        List<Long> together = new ArrayList<>();
        List<Long> lost = new ArrayList<>();
        List<Long> again = new ArrayList<>();
        try (LabHosts lab = new LabHosts(5)) {
            lab.startAll();
            lab.awaitAll(START);
            for (int host = 2; host <= 5; host++) {
                for (int other = 1; other < host; other++) {
                    together.add(linked(lab, other, host));
                }
            }
            for (int round = 0; round < (Figures.LONG ? 30 : 2); round++) {
                int host = 1 + round % 5;
                long killed = System.nanoTime();
                lab.host(host).kill();
                for (int other : lab.others(host)) {
                    lost.add((awaitLost(lab, other, host, killed).nanos() - killed) / 1_000_000);
                }
                lab.start(host);
                for (int other : lab.others(host)) {
                    again.add(linked(lab, other, host));
                }
            }
        }
        Figures.hold("5 hosts, started together", Duration.ofSeconds(1), together);
        Figures.hold("5 hosts, killed until LOST", Duration.ofSeconds(10), lost);
        Figures.hold("5 hosts, started again", Duration.ofSeconds(1), again);
    }

    private static HostProcess.Line awaitLost(LabHosts lab, int at, int host, long since) throws InterruptedException {
        return lab.host(at)
                .await(
                        line -> line.what().equals("PEER_LOST")
                                && line.peer().equals(LabHosts.name(host))
                                && line.nanos() > since,
                        START);
    }

    /** A JVM keeps what a name means for half a minute, so this takes longer. */
    @Test
    void shouldLookUpANameAgainWhenItDials() throws Exception {
        assumeTrue(Figures.LONG, "skipped: takes half a minute; -Dparley.long=true runs it");
        try (LabHosts lab = new LabHosts(2)) {
            lab.start(2, "mdns=off", "listen=tcp://*:7000");
            lab.start(1, "mdns=off", "peer=tcp://h2:7000");
            lab.awaitAll(START);
            long changed = System.nanoTime();
            lab.lab().run("renumber", "2", "22");
            awaitLost(lab, 1, 2, changed);
            // a JVM keeps the answer of a name server for 30 s
            lab.host(1)
                    .await(
                            line -> line.what().equals("PEER_BACK")
                                    && line.detail().contains("10.77.0.22"),
                            60);
        }
    }

    @Test
    void shouldComeTogetherAfterAPartitionAndLoseNothing() throws Exception {
        try (LabHosts lab = new LabHosts(3)) {
            lab.startAll("numbers=yes");
            lab.awaitAll(START);
            lab.lab().run("partition", "1", "2,3");
            long cut = System.nanoTime();
            for (int host : List.of(1, 2, 3)) {
                long expected = host == 1 ? 2 : 1;
                lab.host(host).await(line -> lab.host(host).all("PEER_LOST").size() == expected, 30);
            }
            long end = cut + (Figures.LONG ? 60_000_000_000L : 15_000_000_000L);
            while (System.nanoTime() < end) {
                lab.host(2).report(); // all goes on between 2 and 3
                java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
            }
            long healed = System.nanoTime();
            lab.lab().run("heal");
            long back = (lab.awaitAll(20) - healed) / 1_000_000;
            System.out.println("healed: all linked after " + back + " ms");
            assertTrue(back < Figures.slack(Duration.ofSeconds(5)).toMillis(), () -> back + " ms");
            for (int host : List.of(1, 2, 3)) {
                awaitNumbers(lab, host, 50);
                assertTrue(
                        lab.host(host).report().contains("gaps={}"),
                        lab.host(host).report());
            }
        }
    }

    /** Waits until a host has got so many more numbers of each other. */
    private static void awaitNumbers(LabHosts lab, int host, int more) throws Exception {
        for (int other : lab.others(host)) {
            int first = number(lab.host(host).report(), LabHosts.name(other));
            long end = System.nanoTime() + 60_000_000_000L;
            while (number(lab.host(host).report(), LabHosts.name(other)) < first + more) {
                assertTrue(
                        System.nanoTime() < end,
                        "no numbers come any more: " + lab.host(host).report());
                java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
            }
        }
    }

    private static int number(String report, String node) {
        String[] parts = report.split(node + "=", 2);
        return parts.length < 2 ? 0 : Integer.parseInt(parts[1].replaceFirst("[^0-9].*", ""));
    }

    @Test
    void shouldNotNeedMulticastWhileLinked() throws Exception {
        try (LabHosts lab = new LabHosts(3)) {
            lab.startAll("numbers=yes");
            lab.awaitAll(START);
            for (int host : List.of(1, 2, 3)) {
                lab.lab().run("mcast", "" + host, "off");
            }
            awaitNumbers(lab, 1, Figures.LONG ? 1_500 : 500); // 20 ms each
            assertEquals(0, lab.doubts(), () -> "" + lab.host(1).lines());
        }
    }

    @Test
    void shouldLinkAgainWhenTheCableIsBack() throws Exception {
        try (LabHosts lab = new LabHosts(3)) {
            lab.startAll("numbers=yes");
            lab.awaitAll(START);
            lab.lab().run("cable", "3", "out");
            for (int host : List.of(1, 2, 3)) {
                long expected = host == 3 ? 2 : 1;
                lab.host(host).await(line -> lab.host(host).all("PEER_LOST").size() == expected, 30);
            }
            long in = System.nanoTime();
            lab.lab().run("cable", "3", "in");
            held("cable in", in, lab.awaitAll(30));
        }
    }

    @Test
    void shouldLinkAHostAgainWhoseAddressChanged() throws Exception {
        try (LabHosts lab = new LabHosts(3)) {
            lab.startAll();
            lab.awaitAll(START);
            long changed = System.nanoTime();
            lab.lab().run("renumber", "3", "33");
            for (int host : List.of(1, 2)) {
                lab.host(host)
                        .await(
                                line -> line.detail().contains("10.77.0.33")
                                        && line.what().startsWith("PEER_"),
                                40);
            }
            held("address changed", changed, lab.awaitAll(30));
        }
    }

    private static void held(String what, long since, long back) {
        long took = (back - since) / 1_000_000;
        System.out.println(what + ": all linked after " + took + " ms");
        assertTrue(took < Figures.slack(Duration.ofSeconds(10)).toMillis(), () -> what + ": " + took + " ms");
    }

    @Test
    void shouldFindAllHostsAlthoughAThirdOfThePacketsIsLost() throws Exception {
        try (LabHosts lab = new LabHosts(5)) {
            for (int host = 1; host <= 5; host++) {
                lab.lab().run("loss", "" + host, "30", "in");
            }
            lab.startAll();
            long open = 0;
            for (int host = 1; host <= 5; host++) {
                open = Math.max(
                        open, lab.host(host).awaitOpen(LabHosts.name(host)).nanos());
            }
            long took = (lab.awaitAll(60) - open) / 1_000_000;
            System.out.println("30 % loss: all linked after " + took + " ms");
            assertTrue(took < Figures.slack(Duration.ofSeconds(20)).toMillis(), () -> took + " ms");
        }
    }

    @Test
    void shouldFindHostsThatHaveIpv6Only() throws Exception {
        try (LabHosts lab = new LabHosts(3)) {
            for (int host = 1; host <= 3; host++) {
                lab.lab().run("ipv4", "" + host, "off");
            }
            lab.startAll();
            lab.awaitAll(START);
            assertTrue(
                    lab.host(1).all("PEER_JOINED").stream()
                            .allMatch(line -> line.detail().contains("[fd77:")),
                    () -> "" + lab.host(1).lines());
        }
    }
}
