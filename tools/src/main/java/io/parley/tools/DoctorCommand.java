package io.parley.tools;

import com.sun.management.UnixOperatingSystemMXBean;
import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Peer;
import io.parley.core.channel.Happening;
import io.parley.discovery.Multicast;
import io.parley.discovery.Multicast.Check;
import io.parley.discovery.Multicast.Outcome;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.ExitCode;
import io.parley.tools.node.NodeOptions;
import io.parley.tools.text.Json;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Says whether nodes can find each other from here, and what to do when they cannot.",
            "Tries multicast on each interface, then opens a node for --timeout (default 5s) and tells who was heard of,"
                    + " who was linked, and why others were not. Ends with 1 when something is wrong."
        })
final class DoctorCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration ECHO = Duration.ofSeconds(1);

    @Mixin
    private NodeOptions options;

    private static final long FEW_DESCRIPTORS = 1_024;
    private static final long CLOCK_JUMP_MILLIS = 1_000;

    private int wrong;
    private List<String> unused = List.of();

    @Override
    public Integer call() throws Exception {
        long wall = System.currentTimeMillis();
        long steady = System.nanoTime();
        limits();
        if (options.findsOthers()) {
            multicast();
        } else {
            tell("note", "mDNS is off: only nodes that --peer names are looked for", "");
        }
        others();
        clock(System.currentTimeMillis() - wall - (System.nanoTime() - steady) / 1_000_000);
        if (wrong == 0) {
            tell("ok", "nothing is wrong", "");
        }
        return wrong == 0 ? ExitCode.SUCCESS : ExitCode.FAILURE;
    }

    /** A node needs a descriptor for each connection. */
    private void limits() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long left = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
            if (left < FEW_DESCRIPTORS) {
                wrong(
                        "this process may open only " + left + " more files and connections",
                        "`ulimit -n 4096` before it starts; a node needs one for each peer");
            }
        }
    }

    /** What is measured is what happens to records' times, and to nothing else: nodes go by the steady clock. */
    private void clock(long jumped) {
        if (Math.abs(jumped) > CLOCK_JUMP_MILLIS) {
            wrong(
                    "the wall clock of this host jumped by " + jumped + " ms while doctor looked",
                    "have the time service slew the clock, not step it: times of messages follow it from the next start on");
        }
    }

    private void multicast() {
        List<Check> checks = Multicast.check(options.interfaces(), ECHO);
        List<Check> used = checks.stream().filter(DoctorCommand::isUsed).toList();
        unused = checks.stream()
                .filter(check -> check.outcome() == Outcome.NOT_CHOSEN)
                .map(Check::name)
                .toList();
        if (used.isEmpty()) {
            wrong(
                    "no interface of " + options.interfaces() + " is up with an address",
                    "give --interface one of those that `ip address` lists as UP");
        }
        checks.forEach(this::tell);
        if (!used.isEmpty() && used.stream().allMatch(check -> check.address().startsWith("127."))) {
            tell("note", "only processes of this host are found: no other interface is used", "");
        }
    }

    private static boolean isUsed(Check check) {
        return check.outcome() != Outcome.NOT_CHOSEN && check.outcome() != Outcome.NO_MULTICAST;
    }

    private void tell(Check check) {
        String where = check.name() + " " + check.address() + " " + check.networks() + ": ";
        String multicastOn = "`ip link set " + check.name() + " multicast on`";
        switch (check.outcome()) {
            case HEARD -> tell("ok", where + "multicast works on this host", "");
            case SILENT ->
                wrong(
                        where + check.detail(),
                        "a firewall drops UDP 5353, or another program holds it alone; allow it in and out on "
                                + check.name() + ", or use --peer");
            case REFUSED ->
                wrong(
                        where + check.detail(),
                        multicastOn + " and a route for 224.0.0.0/4, or another --interface, or --peer");
            case NO_MULTICAST ->
                wrong(
                        where + "takes no multicast, so nobody is found there",
                        multicastOn + " if its network carries it, else DNS or --peer");
            case NOT_CHOSEN ->
                tell(
                        "note",
                        where + "is not used, so nobody is found there",
                        "if others are on these networks, choose it with --interface " + check.name());
        }
    }

    private void others() throws InterruptedException {
        Events events = new Events();
        Queue<NodeEvent> seen = new ConcurrentLinkedQueue<>();
        events.listen(seen::add);
        Duration timeout = options.timeout();
        try (Node node = options.open("doctor", events);
                Ending ending = Ending.onSignal(() -> {
                    node.close();
                    return ExitCode.FAILURE;
                })) {
            events.await(() -> false, timeout == null ? PATIENCE : timeout);
            List<Peer> peers = node.peers();
            for (Peer peer : peers) {
                tell("ok", peer.name() + " is " + peer.state() + " at " + peer.endpoints(), "");
            }
            if (peers.isEmpty()) {
                alone();
            } else if (options.findsOthers() && seen.stream().noneMatch(DoctorCommand::wasHeardByMulticast)) {
                wrong(
                        "all of these are linked by address, and none was heard of by multicast",
                        "the network between drops it: IGMP snooping, a router, an access point, or a firewall of the"
                                + " other host; use DNS or --peer");
            }
        }
        diagnose(List.copyOf(seen));
    }

    private void alone() {
        String nobody = "nobody else of group '" + options.group() + "' was heard of";
        if (unused.isEmpty()) {
            tell(
                    "note",
                    nobody,
                    "see that others run, with the same --group, on a network of the interfaces above; if they do, the"
                            + " network drops multicast: doctor --peer ADDRESS says so for certain");
        } else {
            wrong(nobody + ", and " + unused + " is not used", "choose it with --interface " + unused.get(0));
        }
    }

    private static boolean wasHeardByMulticast(NodeEvent event) {
        return event.what() == Happening.CLAIM_FOUND && event.detail().startsWith("mdns");
    }

    private void diagnose(List<NodeEvent> seen) {
        for (NodeEvent event : distinct(seen)) {
            switch (event.what()) {
                case DIAL_FAILED ->
                    wrong(
                            event.detail(),
                            "heard of, but not reached: a firewall drops TCP there, the node listens on another interface, or"
                                    + " it has just ended");
                case CLAIM_REFUSED ->
                    wrong(
                            event.detail(),
                            "its address is on no network of these interfaces: choose the right one with --interface");
                case LINK_REFUSED -> wrong(event.detail(), "another group or version, or a copied identity");
                case DISCOVERY_FAILED -> wrong(event.detail(), "see the interfaces above");
                case LOOP_LATE ->
                    wrong(
                            event.detail(),
                            "this host stands still at times: too little processor time, or a long pause");
                case LIMIT_REACHED -> wrong(event.detail(), "raise the limit, or have fewer nodes in a group");
                default -> {}
            }
        }
    }

    /** Each kind of trouble with an address once: dials are repeated. */
    private static List<NodeEvent> distinct(List<NodeEvent> seen) {
        List<NodeEvent> distinct = new ArrayList<>();
        for (NodeEvent event : seen) {
            boolean told = distinct.stream()
                    .anyMatch(other -> other.what() == event.what()
                            && (event.what() == Happening.LOOP_LATE
                                    || other.detail().equals(event.detail())));
            if (!told) {
                distinct.add(event);
            }
        }
        return distinct;
    }

    private void wrong(String what, String remedy) {
        wrong++;
        tell("wrong", what, remedy);
    }

    private void tell(String verdict, String what, String remedy) {
        if (options.json()) {
            Output.stdout()
                    .line(Json.object()
                            .put("verdict", verdict)
                            .put("what", what)
                            .put("remedy", remedy)
                            .toString());
        } else {
            Output.stdout().line(verdict + "  " + what + (remedy.isEmpty() ? "" : "\n       " + remedy));
        }
    }
}
