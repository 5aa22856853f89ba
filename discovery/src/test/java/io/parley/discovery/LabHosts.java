package io.parley.discovery;

import io.parley.testkit.netlab.Netlab;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A lab with a {@link HostNode} on each host; that of host 3 is called n3. */
final class LabHosts implements AutoCloseable {
    private final Netlab lab;
    private final int count;
    private final Map<Integer, HostProcess> hosts = new HashMap<>();

    LabHosts(int count) {
        this.count = count;
        lab = Netlab.up(count);
    }

    Netlab lab() {
        return lab;
    }

    static String name(int host) {
        return "n" + host;
    }

    HostProcess host(int number) {
        return hosts.get(number);
    }

    /** Starts the node of a host, in place of the one before. */
    HostProcess start(int number, String... options) throws IOException {
        String[] arguments =
                Stream.concat(Stream.of(name(number)), Stream.of(options)).toArray(String[]::new);
        HostProcess process = run(number, HostProcess.java(HostNode.class, arguments));
        hosts.put(number, process);
        return process;
    }

    /** Starts any program on a host. */
    HostProcess run(int number, List<String> command) throws IOException {
        return HostProcess.start(program -> lab.command(number, program), command);
    }

    LabHosts startAll(String... options) throws IOException, InterruptedException {
        for (int i = 1; i <= count; i++) {
            start(i, options);
        }
        for (int i = 1; i <= count; i++) {
            host(i).awaitOpen(name(i));
        }
        return this;
    }

    List<Integer> others(int host) {
        return IntStream.rangeClosed(1, count).filter(i -> i != host).boxed().toList();
    }

    /** Waits until each host is linked with each; returns when the last was, by the clock of all processes. */
    long awaitAll(int seconds) throws InterruptedException {
        long last = 0;
        for (int host = 1; host <= count; host++) {
            for (int other : others(host)) {
                last = Math.max(
                        last,
                        host(host).awaitUp(name(host), name(other), seconds).nanos());
            }
        }
        return last;
    }

    /** How often peers were suspected or lost. */
    long doubts() {
        return hosts.values().stream()
                .mapToLong(host ->
                        host.all("PEER_SUSPECT").size() + host.all("PEER_LOST").size())
                .sum();
    }

    @Override
    public void close() {
        hosts.values().forEach(HostProcess::close);
        lab.close();
    }
}
