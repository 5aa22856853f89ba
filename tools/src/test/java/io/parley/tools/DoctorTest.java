package io.parley.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.parley.testkit.netlab.Netlab;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/** What doctor says on hosts where nodes can find each other, and where they cannot. */
@Tag("netlab")
@Timeout(120)
@Execution(CONCURRENT)
class DoctorTest {
    private final List<Cli> started = new ArrayList<>();
    private Netlab lab;

    @BeforeEach
    void build() {
        assumeTrue(Netlab.obstacle().isEmpty(), Netlab::obstacle);
        lab = Netlab.up(2);
    }

    @AfterEach
    void end() {
        started.forEach(Cli::close);
        if (lab != null) {
            lab.close();
        }
    }

    private Cli start(int host, String... arguments) throws IOException {
        Cli cli = Cli.start(lab, host, arguments);
        started.add(cli);
        return cli;
    }

    private void serveOnHostTwo(String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("sub", "news", "--name", "other"));
        arguments.addAll(List.of(more));
        start(2, arguments.toArray(String[]::new)).address();
    }

    /** Asserts how it ends, and that a line of it has all these words. */
    private static void assertSays(Cli doctor, int exit, String... words) throws InterruptedException {
        assertEquals(exit, doctor.exit(), () -> doctor.lines() + " " + doctor.errors());
        assertTrue(
                doctor.lines().stream().anyMatch(line -> List.of(words).stream().allMatch(line::contains)),
                () -> List.of(words) + " in " + doctor.lines());
    }

    @Test
    void shouldBeContentWhenAllIsWell() throws Exception {
        serveOnHostTwo();
        Cli doctor = start(1, "doctor");
        assertSays(doctor, 0, "nothing is wrong");
        assertSays(doctor, 0, "ok", "eth0", "multicast works");
        assertSays(doctor, 0, "ok", "other is UP");
    }

    @Test
    void shouldNameTheWrongInterface() throws Exception {
        serveOnHostTwo();
        Cli doctor = start(1, "doctor", "--interface", "lo");
        assertSays(doctor, 1, "wrong", "nobody else", "[eth0] is not used");
        assertSays(doctor, 1, "choose it with --interface eth0");
    }

    @Test
    void shouldNameAnInterfaceWithoutMulticast() throws Exception {
        lab.command(1, List.of("ip", "link", "set", "eth0", "multicast", "off"))
                .start()
                .waitFor();
        Cli doctor = start(1, "doctor", "--timeout", "2");
        assertSays(doctor, 1, "wrong", "eth0", "takes no multicast");
        assertSays(doctor, 1, "`ip link set eth0 multicast on`");
    }

    @Test
    void shouldNameANetworkThatDropsMulticast() throws Exception {
        lab.run("mcast", "1", "off");
        serveOnHostTwo("--listen", "tcp://10.77.0.2:7000");
        Cli doctor = start(1, "doctor", "--peer", "tcp://10.77.0.2:7000");
        assertSays(doctor, 1, "wrong", "linked by address", "none was heard of by multicast");
    }

    @Test
    void shouldNameAFirewall() throws Exception {
        lab.command(
                        2,
                        List.of(
                                "nft",
                                "add table inet f; add chain inet f in { type filter hook input priority 0; };"
                                        + " add rule inet f in meta l4proto tcp drop"))
                .start()
                .waitFor();
        serveOnHostTwo();
        Cli doctor = start(1, "doctor");
        assertSays(doctor, 1, "wrong", "10.77.0.2");
        assertSays(doctor, 1, "a firewall drops TCP there");
    }
}
