package io.parley.benchmarks;

import io.parley.core.error.ParleyException;
import io.parley.tools.bench.Bench;
import io.parley.tools.bench.Extent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs every row by every contender, in turns, and writes the results. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Measures Parley beside others, in the same run.")
public final class Compare implements java.util.concurrent.Callable<Integer> {
    private static final Duration LONGEST_RUN = Duration.ofMinutes(2);

    @Option(names = "--quick", description = "Fewer rows, and 1.5 s each; takes some ten minutes.")
    private boolean quick;

    @Option(names = "--gate", description = "Fail when a ratio to JeroMQ is over 20 %% worse than the recorded one.")
    private boolean gate;

    @Option(names = "--record", description = "Record the ratios for --gate.")
    private boolean record;

    @Option(names = "--rounds", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--messages",
            description = "So many a run, a fifth of them not measured, instead of some seconds' worth.")
    private @Nullable Long messages;

    @Option(names = "--work", arity = "1..*", description = "Only rows whose names begin so, for example oneway-64.")
    private List<String> chosen = new ArrayList<>();

    @Option(names = "--home", hidden = true, required = true)
    private Path home;

    private final Figures figures = new Figures();

    /** See {@code --help}. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Compare()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Contender> contenders = Contender.all(home.resolve("target/zmqside"));
        boolean complete = true;
        for (Workload workload : workloads()) {
            for (int round = 0; round < rounds; round++) {
                for (Contender contender : contenders) {
                    complete &= !contender.does().test(workload.work()) || measured(round, workload, contender);
                }
            }
        }
        Results.write(figures, rounds, home);
        System.err.println("written: benchmarks/RESULTS.md");
        Path recorded = home.resolve("recorded.properties");
        List<String> fallen = gate ? Gate.fallen(figures, recorded) : List.of();
        fallen.forEach(line -> System.err.println("fallen: " + line));
        if (record) {
            Gate.record(figures, recorded);
        }
        return complete && fallen.isEmpty() ? 0 : 1;
    }

    private List<Workload> workloads() {
        Extent extent = quick ? Workload.QUICK : Workload.FULL;
        return (quick ? Workload.Rows.FEW : Workload.Rows.ALL)
                .lasting(messages == null ? extent : Extent.messages(messages)).stream()
                        .filter(row -> chosen.isEmpty() || chosen.stream().anyMatch(row.name()::startsWith))
                        .toList();
    }

    private boolean measured(int round, Workload workload, Contender contender)
            throws IOException, InterruptedException {
        String where = workload.name() + " " + contender.name();
        try (Bench bench = new Bench(workload.over(contender.transport()), LONGEST_RUN, contender.sides())) {
            Figures.Run run = Figures.Run.of(round, bench.run());
            System.err.printf(
                    Locale.ROOT, "%s %,.0f %s%n", where, run.figure(), run.unit() == Figures.Unit.MICROS ? "µs" : "/s");
            figures.add(workload.name(), contender.name(), run);
            return true;
        } catch (ParleyException failed) {
            System.err.println(where + " has no figure: " + failed.getMessage());
            return false;
        }
    }
}
