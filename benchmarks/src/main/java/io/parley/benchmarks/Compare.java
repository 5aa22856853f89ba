package io.parley.benchmarks;

import io.parley.core.error.ParleyException;
import io.parley.tools.bench.Extent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs every row by every contender, in turns, and writes the results. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Measures Parley beside others, in the same run.")
public final class Compare implements Callable<Integer> {
    private static final Duration LONGEST_RUN = Duration.ofMinutes(2);

    @Option(
            names = "--quick",
            description = "Fewer rows, and 1.2 s each after the warm-up; takes some fourteen minutes.")
    private boolean quick;

    @Option(
            names = "--gate",
            description =
                    "Only Parley and JeroMQ; fail when a ratio to JeroMQ is over 20 %% worse than the recorded one,"
                            + " also after more rounds of its row.")
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

    @Option(names = "--by", arity = "1..*", description = "Only contenders whose names begin so, for example parley.")
    private List<String> by = new ArrayList<>();

    @Option(
            names = "--merge",
            description =
                    "Write the rows that other commands measured before as well; the newest figure of a row counts.")
    private boolean merge;

    @Option(names = "--home", hidden = true, required = true)
    private Path home;

    private Figures figures = new Figures();
    private List<Contender> contenders = List.of();
    private boolean complete = true;

    /** See {@code --help}. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Compare()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        contenders = Contender.all(home).stream().filter(this::takesPart).toList();
        Path kept = home.resolve("target/figures.jsonl");
        if (merge) {
            figures = Kept.read(kept);
        }
        List<Workload> workloads = workloads();
        for (Workload workload : workloads) {
            figures.remove(workload.name());
            measure(workload, 0, rounds);
        }
        if (gate) {
            return passes(workloads) && complete ? 0 : 1;
        }
        Kept.write(figures, kept);
        Results.write(figures, home);
        System.err.println("written: benchmarks/RESULTS.md");
        if (record) {
            Gate.record(figures, recorded());
        }
        return complete ? 0 : 1;
    }

    private Path recorded() {
        return home.resolve("recorded.properties");
    }

    private boolean takesPart(Contender contender) {
        boolean named = by.isEmpty() || by.stream().anyMatch(contender.name()::startsWith);
        return named && (!gate || contender.isGated());
    }

    private List<Workload> workloads() {
        Extent extent = quick || gate ? Workload.QUICK : Workload.FULL;
        return (quick || gate ? Workload.Rows.FEW : Workload.Rows.ALL)
                .lasting(messages == null ? extent : Extent.messages(messages)).stream()
                        .filter(row -> chosen.isEmpty() || chosen.stream().anyMatch(row.name()::startsWith))
                        .toList();
    }

    /** All contenders in turn, in rounds with these numbers. */
    private void measure(Workload workload, int from, int to) throws IOException, InterruptedException {
        try (Sitting sitting = new Sitting(workload, LONGEST_RUN)) {
            for (int round = from; round < to; round++) {
                for (Contender contender : contenders) {
                    complete &= !isAsked(contender, workload) || measured(round, sitting, contender);
                }
            }
        }
    }

    /** What fell may have had bad luck: its rows get twice as many rounds more, and the medians of all of them count. */
    private boolean passes(List<Workload> workloads) throws IOException, InterruptedException {
        Set<String> doubtful =
                Gate.fallen(figures, recorded()).stream().map(Gate.Fall::row).collect(Collectors.toSet());
        for (Workload workload : workloads) {
            if (doubtful.contains(workload.name())) {
                System.err.println(workload.name() + " fell: " + 2 * rounds + " more rounds");
                measure(workload, rounds, 3 * rounds);
            }
        }
        List<Gate.Fall> fallen = Gate.fallen(figures, recorded());
        fallen.forEach(fall -> System.err.println("fallen: " + fall));
        System.err.println(fallen.isEmpty() ? "gate: passed" : "gate: failed");
        return fallen.isEmpty();
    }

    private boolean isAsked(Contender contender, Workload workload) {
        return quick ? contender.isTelling(workload.work()) : contender.does().test(workload.work());
    }

    private boolean measured(int round, Sitting sitting, Contender contender) throws IOException, InterruptedException {
        String row = sitting.workload().name();
        String where = row + " " + contender.name();
        try {
            Run run = Run.of(round, sitting.workload().work(), sitting.measure(contender));
            System.err.printf(
                    Locale.ROOT, "%s %,.0f %s%n", where, run.figure(), run.unit() == Run.Unit.MICROS ? "µs" : "/s");
            figures.add(row, contender.name(), run);
            return true;
        } catch (ParleyException failed) {
            System.err.println(where + " has no figure: " + failed.getMessage());
            return false;
        }
    }
}
