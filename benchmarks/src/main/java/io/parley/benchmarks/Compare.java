package io.parley.benchmarks;

import io.parley.core.error.ParleyException;
import io.parley.tools.bench.Bench;
import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs every row by every contender, in turns, and writes the results. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Measures Parley beside others, in the same run.")
public final class Compare implements java.util.concurrent.Callable<Integer> {
    private static final Duration LONGEST_RUN = Duration.ofMinutes(5);

    @Option(names = "--quick", description = "A quarter of the messages, and no 50 processes.")
    private boolean quick;

    @Option(names = "--gate", description = "Fail when a ratio to JeroMQ is over 20 %% below the recorded one.")
    private boolean gate;

    @Option(names = "--record", description = "Record the ratios for --gate.")
    private boolean record;

    @Option(names = "--rounds", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--work", arity = "1..*", description = "Only rows whose names begin so, for example oneway-64.")
    private List<String> chosen = new ArrayList<>();

    @Option(names = "--home", hidden = true, required = true)
    private Path home;

    /** See {@code --help}. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Compare()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Contender> contenders = Contender.all(home.resolve("target/zmqside"));
        Figures figures = new Figures();
        boolean complete = true;
        for (Workload workload : Workload.all(quick ? Workload.Length.QUICK : Workload.Length.FULL)) {
            for (int round = 0; isChosen(workload) && round < rounds; round++) {
                for (Contender contender : contenders) {
                    complete &=
                            !contender.does().test(workload.work()) || measured(figures, round, workload, contender);
                }
            }
        }
        Files.writeString(home.resolve("RESULTS.md"), Results.of(figures, rounds));
        System.err.println("written: benchmarks/RESULTS.md");
        Path recorded = home.resolve("recorded.properties");
        if (record) {
            Gate.record(figures, recorded);
        }
        List<String> fallen = gate ? Gate.fallen(figures, recorded) : List.of();
        fallen.forEach(line -> System.err.println("fallen: " + line));
        return complete && fallen.isEmpty() ? 0 : 1;
    }

    private boolean isChosen(Workload workload) {
        return chosen.isEmpty() || chosen.stream().anyMatch(workload.name()::startsWith);
    }

    private static boolean measured(Figures figures, int round, Workload workload, Contender contender)
            throws IOException, InterruptedException {
        try (Bench bench = new Bench(workload.over(contender.transport()), LONGEST_RUN, contender.sides())) {
            String line = bench.run().toString();
            System.err.println(workload.name() + " " + contender.name() + " " + line);
            figures.add(workload.name(), contender.name(), Figures.Run.of(round, JsonReader.object(line)));
            return true;
        } catch (ParleyException failed) {
            System.err.println(workload.name() + " " + contender.name() + " has no figure: " + failed.getMessage());
            return false;
        }
    }
}
