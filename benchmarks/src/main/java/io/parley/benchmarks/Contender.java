package io.parley.benchmarks;

import io.parley.tools.bench.BenchPart;
import io.parley.tools.bench.DataDirectories;
import io.parley.tools.bench.HandlerThread;
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
 * @param code what has to be compiled before it runs as fast as it can
 * @param does which work it can do
 */
record Contender(String name, String transport, Sides sides, Code code, Predicate<Work> does) {
    /** What the names of Parley's own begin with. */
    static final String OURS = "parley";

    static final String JEROMQ = "jeromq";
    static final String LIBZMQ = "libzmq";
    private static final int TELLING_SIZE = 64;
    private static final String OWN_ENGINE = "zmtp";
    private static final List<String> TRANSPORTS = List.of(OWN_ENGINE, "zmq");

    /** What the warm-up of a run is for. */
    enum Code {
        /** Compiled before it starts: only caches and windows have to fill. */
        NATIVE(1),
        /** A loop around sockets or mapped memory. */
        SMALL(3),
        /** A library with a loop, a protocol and handlers: on two cores its compiler is busy for seconds. */
        LARGE(10);

        private final int quarters;

        Code(int quarters) {
            this.quarters = quarters;
        }

        /** How many quarters of an extent's warm-up it needs; there are as many compilers as JVMs, which share the cores. */
        int quarters(Work work) {
            return work.processes() > 1 && this != NATIVE ? 2 * quarters : quarters;
        }
    }

    /** Everybody who is there; who is not is named on standard error. */
    static List<Contender> all(Path home) {
        Path libzmqSide = home.resolve("target/zmqside");
        String directories = DataDirectories.option(home.resolve("target/logs"));
        List<Contender> all = new ArrayList<>();
        for (String transport : TRANSPORTS) {
            for (HandlerThread handlers : HandlerThread.values()) {
                all.addAll(ours(transport, handlers, directories));
            }
        }
        all.add(new Contender(JEROMQ, "", Sides.of(JeromqSide.class), Code.SMALL, work -> !work.alone()));
        if (Files.isExecutable(libzmqSide)) {
            all.add(new Contender(LIBZMQ, "", Sides.of(libzmqSide.toString()), Code.NATIVE, work -> !work.alone()));
        } else {
            System.err.println("libzmq is skipped: its side was not built (needs a C compiler and libzmq3-dev)");
        }
        all.add(new Contender(
                "aeron-udp", "udp", Sides.of(AeronSide.class, AeronSide.OPTIONS), Code.SMALL, Contender::isOneWay));
        all.add(new Contender(
                "aeron-ipc", "ipc", Sides.of(AeronSide.class, AeronSide.OPTIONS), Code.SMALL, Contender::isOneWay));
        if (isOnPath(NatsSide.SERVER)) {
            all.add(new Contender("nats-core", "", Sides.of(NatsSide.class), Code.SMALL, Contender::isOneWay));
        } else {
            System.err.println("nats-core is skipped: nats-server is not on the path");
        }
        all.add(new Contender("limit-nio", "", Sides.of(NioSide.class), Code.SMALL, Contender::isBetweenTwo));
        for (LogSide.Medium medium : LogSide.Medium.values()) {
            all.add(new Contender(
                    medium.toString(),
                    medium.name(),
                    Sides.of(LogSide.class, LogSide.options(directories)),
                    Code.SMALL,
                    work -> medium.does().contains(work.pattern())));
        }
        return all;
    }

    /** Parley over that transport with handlers on those threads: a program for each kind of work. */
    private static List<Contender> ours(String transport, HandlerThread handlers, String directories) {
        boolean everything = handlers == HandlerThread.POOL || transport.equals(OWN_ENGINE);
        String name = OURS + "-" + transport + "-" + handlers;
        String[] options = {handlers.option(), directories};
        return List.of(
                ours(name, transport, Sides.of(BenchPart.class, options), work -> everything && isOfNodes(work)),
                ours(name, transport, Sides.of(ParleyRequests.class, options), work -> everything && isRequest(work)),
                ours(name, transport, Sides.of(ParleyPingPong.class, options), Contender::isPingPong));
    }

    private static Contender ours(String name, String transport, Sides sides, Predicate<Work> does) {
        return new Contender(name, transport, sides, Code.LARGE, does);
    }

    private static boolean isPingPong(Work work) {
        return work.pattern() == Pattern.pingpong;
    }

    /** Whether it belongs into a table that has to be made quickly: beyond ZeroMQ's others show the size of a row once. */
    boolean isTelling(Work work) {
        boolean compared = isGated() || name.equals(LIBZMQ) || work.alone();
        return does.test(work) && (compared || work.size() <= TELLING_SIZE);
    }

    /** Whether its sides stay for all rounds of a row: to compile it anew for each would take longer than to measure it. */
    boolean stays() {
        return code == Code.LARGE;
    }

    /** The work as its sides are to do it. */
    Work as(Work work) {
        return work.over(transport, work.extent().warmUpTimes(code.quarters(work) / 4.0));
    }

    /** Whether the gate looks at it: JeroMQ, and what is compared with it. */
    boolean isGated() {
        return name.equals(JEROMQ) || TRANSPORTS.contains(transport) && name.startsWith(OURS);
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

    private static boolean isRequest(Work work) {
        return work.pattern() == Pattern.request;
    }

    private static boolean isOfNodes(Work work) {
        return switch (work.pattern()) {
            case pushpull, pubsub, producers -> true;
            case pingpong, request, append, force -> false;
        };
    }
}
