package io.parley.benchmarks;

import io.parley.tools.bench.BenchPart;
import io.parley.tools.bench.Sides;
import io.parley.tools.bench.Work;
import io.parley.tools.bench.Work.Pattern;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Something that does the work.
 *
 * @param name as the results call it
 * @param transport what its sides are told of the medium
 * @param sides its programs
 * @param does which work it can do
 */
record Contender(String name, String transport, Sides sides, Predicate<Work> does) {
    /** What the names of Parley's own begin with. */
    static final String OURS = "parley";

    static final String JEROMQ = "jeromq";
    static final String LIBZMQ = "libzmq";
    private static final List<String> TRANSPORTS = List.of("zmtp", "zmq");

    /** Everybody who is there; who is not is named on standard error. */
    static List<Contender> all(Path home) {
        Path libzmqSide = home.resolve("target/zmqside");
        List<Contender> all = new ArrayList<>();
        for (String transport : TRANSPORTS) {
            String name = OURS + "-" + transport;
            all.add(new Contender(name, transport, Sides.of(BenchPart.class), Contender::isOfNodes));
            all.add(new Contender(
                    name, transport, Sides.of(ParleyRequests.class), work -> work.pattern() == Pattern.request));
            for (ParleyPingPong.HandlerThread thread : ParleyPingPong.HandlerThread.values()) {
                all.add(new Contender(
                        name + "-" + thread,
                        transport,
                        Sides.of(ParleyPingPong.class, thread.option()),
                        work -> work.pattern() == Pattern.pingpong));
            }
        }
        all.add(new Contender(JEROMQ, "", Sides.of(JeromqSide.class), work -> !work.alone()));
        if (Files.isExecutable(libzmqSide)) {
            all.add(new Contender(LIBZMQ, "", Sides.of(libzmqSide.toString()), work -> !work.alone()));
        } else {
            System.err.println("libzmq is skipped: its side was not built (needs a C compiler and libzmq3-dev)");
        }
        all.add(new Contender("aeron-udp", "udp", Sides.of(AeronSide.class, AeronSide.OPTIONS), Contender::isOneWay));
        all.add(new Contender("aeron-ipc", "ipc", Sides.of(AeronSide.class, AeronSide.OPTIONS), Contender::isOneWay));
        if (isOnPath(NatsSide.SERVER)) {
            all.add(new Contender("nats-core", "", Sides.of(NatsSide.class), Contender::isOneWay));
        } else {
            System.err.println("nats-core is skipped: nats-server is not on the path");
        }
        all.add(new Contender("limit-nio", "", Sides.of(NioSide.class), Contender::isBetweenTwo));
        for (LogSide.Medium medium : LogSide.Medium.values()) {
            all.add(new Contender(
                    medium.toString(),
                    medium.name(),
                    Sides.of(LogSide.class, LogSide.options(home)),
                    work -> medium.does().contains(work.pattern())));
        }
        return all;
    }

    /** Whether the gate looks at it. */
    boolean isGated() {
        return name.equals(JEROMQ) || name.startsWith(OURS);
    }

    private static boolean isOnPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static boolean isOneWay(Work work) {
        return work.mode() == Work.Mode.best_effort && work.pattern() == Pattern.pushpull;
    }

    private static boolean isBetweenTwo(Work work) {
        boolean there = work.pattern() == Pattern.pushpull;
        boolean andBack = work.pattern() == Pattern.pingpong || work.pattern() == Pattern.request;
        return work.mode() == Work.Mode.best_effort && (there || andBack);
    }

    private static boolean isOfNodes(Work work) {
        return switch (work.pattern()) {
            case pushpull, pubsub, producers -> true;
            case pingpong, request, append, force -> false;
        };
    }
}
