package io.parley.discovery;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.parley.testkit.netlab.Netlab;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/** Another implementation of mDNS and DNS-SD sees what we publish, and we see what it publishes. */
@Tag("netlab")
@Timeout(120)
@Execution(CONCURRENT)
class AvahiTest {
    private static final int SOON = 30;
    /** Avahi and the bus that it needs, on a host of the lab; then does what it is told. */
    private static final String AVAHI = """
            set -e
            mount -t tmpfs tmpfs /run
            mkdir -p /run/dbus /run/avahi-daemon
            dbus-daemon --system --nofork --nopidfile &
            printf '[server]\\nallow-interfaces=eth0\\n[publish]\\npublish-workstation=no\\n' >/run/avahi.conf
            until [ -S /run/dbus/system_bus_socket ]; do sleep 0.1; done
            avahi-daemon -f /run/avahi.conf --no-drop-root --no-rlimits --no-chroot &
            until avahi-daemon --check 2>/dev/null; do sleep 0.1; done
            """;

    @BeforeAll
    static void needsAvahi() {
        assumeTrue(Netlab.obstacle().isEmpty(), Netlab::obstacle);
        for (String program : List.of("avahi-daemon", "avahi-browse", "avahi-publish-service", "dbus-daemon")) {
            assumeTrue(Netlab.isInstalled(program), () -> "avahi: needs the program " + program + ": skipped");
        }
    }

    private static HostProcess avahi(LabHosts lab, String command) throws Exception {
        return lab.run(2, List.of("bash", "-c", AVAHI + command));
    }

    @Test
    void shouldShowANodeToAvahi() throws Exception {
        try (LabHosts lab = new LabHosts(2)) {
            String[] open = lab.start(1).awaitOpen("n1").detail().split(" ", 2);
            String port = open[1].replaceFirst("^.*:([0-9]+)].*$", "$1");
            HostProcess browser = avahi(lab, "while true; do avahi-browse -rtp _parley._tcp; sleep 1; done");
            HostProcess.Line line = browser.await(
                    said -> said.detail().startsWith("=;eth0;IPv4;parley-")
                            && said.detail().contains(";_parley._tcp;local;"),
                    SOON);
            assertTrue(line.detail().contains(";10.77.0.1;" + port + ";"), line.detail());
            for (String pair : List.of("txtvers=1", "id=" + open[0], "ep=", "n=", "g=", "pv=1-1")) {
                assertTrue(line.detail().contains("\"" + pair), line.detail());
            }
        }
    }

    @Test
    void shouldDialWhatAvahiPublishes() throws Exception {
        try (LabHosts lab = new LabHosts(2)) {
            HostProcess silent = lab.start(2, "mdns=off", "listen=tcp://10.77.0.2:7000");
            String id = silent.awaitOpen("n2").detail().split(" ")[0];
            lab.start(1).awaitOpen("n1");
            avahi(lab, "avahi-publish-service parley-x _parley._tcp 7000 txtvers=1 id=" + id + " ep=0 n=1");
            lab.host(1).awaitUp("n1", "n2", SOON);
            silent.awaitUp("n2", "n1", SOON);
        }
    }
}
