package io.parley.benchmarks;

import io.parley.tools.bench.BenchPart;
import io.parley.tools.bench.Sides;
import io.parley.tools.bench.Work;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Something that does the work.
 *
 * @param name as the results call it
 * @param transport what Parley's sides are told; empty for others
 * @param sides its programs
 * @param does which work it can do
 */
record Contender(String name, String transport, Sides sides, Predicate<Work> does) {
    static final String JEROMQ = "jeromq";
    static final String LIBZMQ = "libzmq";

    /** Everybody who is there; who is not is named on standard error. */
    static List<Contender> all(Path libzmqSide) {
        List<Contender> all = new ArrayList<>();
        all.add(new Contender("parley-zmtp", "zmtp", Sides.of(BenchPart.class), work -> true));
        all.add(new Contender("parley-zmq", "zmq", Sides.of(BenchPart.class), work -> true));
        all.add(new Contender(JEROMQ, "", Sides.of(JeromqSide.class), Contender::promisesNothing));
        if (Files.isExecutable(libzmqSide)) {
            all.add(new Contender(LIBZMQ, "", Sides.of(libzmqSide.toString()), Contender::promisesNothing));
        } else {
            System.err.println("libzmq is skipped: its side was not built (needs a C compiler and libzmq3-dev)");
        }
        all.add(new Contender("limit-nio", "", Sides.of(NioSide.class), Contender::isOneWay));
        return all;
    }

    private static boolean promisesNothing(Work work) {
        return work.mode() == Work.Mode.best_effort;
    }

    private static boolean isOneWay(Work work) {
        return promisesNothing(work) && work.pattern() == Work.Pattern.pushpull;
    }
}
