package io.parley.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.parley.testkit.netlab.Netlab;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/** What anybody on a network may say by mDNS, against real nodes: it harms no link, costs little, and is told. */
@Tag("netlab")
@Timeout(300)
@Execution(CONCURRENT)
class ForgeryTest {
    private static final int START = 40;
    private static final int MAX_HEAP_MEGABYTES = 40;
    private static final int MAX_CPU_MILLIS = 15_000;

    @BeforeAll
    static void needsNamespaces() {
        assumeTrue(Netlab.obstacle().isEmpty(), Netlab::obstacle);
    }

    private static String id(LabHosts lab, int host) throws InterruptedException {
        return lab.host(host).awaitOpen(LabHosts.name(host)).detail().split(" ")[0];
    }

    private static void forge(LabHosts lab, String... what) throws Exception {
        try (HostProcess forger = lab.run(3, HostProcess.java(Forger.class, what))) {
            forger.await(line -> line.detail().equals("said"), 60);
        }
    }

    private static LabHosts twoLinked() throws Exception {
        LabHosts lab = new LabHosts(3);
        for (int host : List.of(1, 2)) {
            lab.start(host, "numbers=yes");
        }
        lab.host(1).awaitUp("n1", "n2", START);
        lab.host(2).awaitUp("n2", "n1", START);
        for (int host : List.of(1, 2)) {
            lab.host(host).await(line -> line.what().equals("CLAIM_FOUND"), START);
        }
        return lab;
    }

    private static long value(String report, String key) {
        return Long.parseLong(report.split(key + "=", 2)[1].replaceFirst("[^0-9].*", ""));
    }

    /** The two still hear all of each other. */
    private static void assertUnharmed(LabHosts lab) throws Exception {
        for (int host : List.of(1, 2)) {
            String other = "n" + (3 - host);
            long before = value(lab.host(host).report(), other);
            while (value(lab.host(host).report(), other) < before + 100) {
                LockSupport.parkNanos(50_000_000);
            }
            assertTrue(
                    lab.host(host).report().contains("gaps={}"), lab.host(host).report());
        }
        assertEquals(
                0, lab.doubts(), () -> lab.host(1).lines() + "\n" + lab.host(2).lines());
    }

    /** Until one is believed: the real owner, asked in the same second, says that it is there. */
    private static void forgeGoodbyes(LabHosts lab) throws Exception {
        boolean believed = false;
        for (int i = 0; i < 20 && !believed; i++) {
            forge(lab, "goodbye", id(lab, 2));
            believed = lab.host(1).says(line -> line.what().equals("CLAIM_LOST"), 3);
        }
        assertTrue(believed, () -> "no goodbye was believed: " + lab.host(1).lines());
    }

    @Test
    void shouldKeepItsLinkWhenGoodbyesAndTextsAreForged() throws Exception {
        try (LabHosts lab = twoLinked()) {
            forgeGoodbyes(lab);
            assertUnharmed(lab);
            forge(lab, "text", id(lab, 2));
            forge(lab, "text", id(lab, 1));
            assertUnharmed(lab);
            lab.host(2).kill();
            lab.host(1).await(line -> line.what().equals("PEER_LOST"), 15);
            lab.start(2); // and the next one is found among the lies
            lab.host(1).await(line -> lab.host(1).up("n1").contains("n2"), START);
        }
    }

    @Test
    void shouldWorkOnUnderTenThousandForgedServices() throws Exception {
        try (LabHosts lab = twoLinked()) {
            long began = System.nanoTime();
            long cpuBefore = value(lab.host(1).report(), "cpu");
            forge(lab, "flood", "10000");
            assertUnharmed(lab);
            String report = lab.host(1).report();
            long cpu = value(report, "cpu") - cpuBefore;
            System.out.println("10,000 forged services: " + cpu + " ms of CPU, heap " + value(report, "heap") + " MB, "
                    + lab.host(1).all("CLAIM_FOUND").size() + " taken, " + count(lab, "CLAIM_REFUSED") + " refused, "
                    + lab.host(1).all("DIAL_FAILED").size() + " dials failed");
            assertTrue(cpu < MAX_CPU_MILLIS, report);
            assertTrue(value(report, "heap") < MAX_HEAP_MEGABYTES, report);
            long taken = lab.host(1).all("CLAIM_FOUND").size();
            long seconds = 1 + (System.nanoTime() - began) / 1_000_000_000L; // they are taken until they are counted
            assertTrue(taken <= 2_000 + 500 * (seconds + 2), () -> taken + " in " + seconds + " s");
            boolean faster = 10_000 > 2_000 + 500 * (seconds + 2) + 1_000;
            assertTrue(!faster || count(lab, "CLAIM_REFUSED") > 0, "refused without a word");
            lab.host(2).kill();
            lab.host(1).await(line -> line.what().equals("PEER_LOST"), 15);
            lab.start(2); // and the next one is found among the lies
            lab.host(1).await(line -> lab.host(1).up("n1").contains("n2"), START);
        }
    }

    private static long count(LabHosts lab, String what) {
        return lab.host(1).all(what).stream()
                .mapToLong(line -> Long.parseLong(line.detail().split(" ")[0]))
                .sum();
    }

    @Test
    void shouldDialNoAddressOfAnotherNetworkAndKeepFewOfOneHost() throws Exception {
        try (LabHosts lab = twoLinked()) {
            forge(lab, "foreign", "20");
            lab.host(1)
                    .await(
                            line -> line.what().equals("CLAIM_REFUSED")
                                    && line.detail().contains("OFF_LINK"),
                            20);
            forge(lab, "host", "2000");
            lab.host(1)
                    .await(
                            line -> line.what().equals("CLAIM_REFUSED")
                                    && line.detail().contains("one.local"),
                            30);
            assertUnharmed(lab);
            assertEquals(
                    0,
                    lab.host(1).all("DIAL_FAILED").stream()
                            .filter(line -> line.detail().contains("192.0.2."))
                            .count(),
                    () -> "" + lab.host(1).lines());
        }
    }
}
