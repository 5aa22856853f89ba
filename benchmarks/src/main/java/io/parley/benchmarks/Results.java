package io.parley.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The results as a page with plots: method and machine first, and no absolute figure without its ratio. */
final class Results {
    private static final String METHOD = """
            # Results

            Written by `benchmarks/run`. Each row is the same work, done by all contenders in turn, in %d rounds; sender and
            receivers are processes of their own, over loopback, at most four of them receiving. The JVMs have a heap of fixed size.
            A run begins with time for the compiler, which is not measured. Every message is checked, its place and both ends of its
            content: a run that lacks one has no figure. Best effort senders wait instead of dropping.

            Figures are medians over the rounds, with the lowest and the highest. Ratios are medians of the ratios within a round;
            only they mean anything on another machine. `CPU µs` and `allocated B` are per message, sender / receiver, allocation only
            of JVMs, the user's array included. In a round trip the message goes to a handler on the other side, `loop` or `pool`, and
            another brings its answer back: with Parley over two queues. There a ratio below 1 is the better, elsewhere one above 1.
            `limit-nio` is a bare blocking socket, and promises nothing. In `reliable` rows only Parley acknowledges; the others
            send as they always do, as a measure.

            Machine: %d cores, JDK %s, %s %s, %s.
            """;

    private final StringBuilder page = new StringBuilder();

    private Results() {}

    /** Writes {@code RESULTS.md} and {@code plots}. */
    static void write(Figures figures, int rounds, Path home) throws IOException {
        Files.writeString(home.resolve("RESULTS.md"), page(figures, rounds));
        Path plots = Files.createDirectories(home.resolve("plots"));
        for (String workload : figures.rows().keySet()) {
            Files.writeString(
                    plots.resolve(workload + ".svg"),
                    Plot.of(workload, figures.unit(workload), figures.rows().getOrDefault(workload, Map.of())));
        }
    }

    static String page(Figures figures, int rounds) {
        Results results = new Results();
        results.format(
                METHOD,
                rounds,
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                LocalDate.now(ZoneOffset.UTC));
        figures.rows().forEach((workload, row) -> {
            results.format("%n## %s%n%n![%s](plots/%s.svg)%n%n", workload, workload, workload);
            if (figures.unit(workload) == Figures.Unit.MICROS) {
                results.latencies(row);
            } else {
                results.rates(row);
            }
        });
        return results.page.toString();
    }

    private void rates(Map<String, List<Figures.Run>> row) {
        page.append(
                "| | delivered/s (min–max) | × libzmq | × JeroMQ | CPU µs | allocated B |\n|---|---|---|---|---|---|\n");
        row.forEach((contender, runs) -> {
            format(
                    "| %s | %,.0f (%,.0f–%,.0f) ",
                    contender,
                    Figures.median(runs, Figures.Run::perSecond),
                    runs.stream().mapToDouble(Figures.Run::perSecond).min().orElse(0),
                    runs.stream().mapToDouble(Figures.Run::perSecond).max().orElse(0));
            ratio(Figures.ratio(row, contender, Contender.LIBZMQ, Figures.Run::figure));
            ratio(Figures.ratio(row, contender, Contender.JEROMQ, Figures.Run::figure));
            used(runs);
        });
    }

    private void latencies(Map<String, List<Figures.Run>> row) {
        page.append(
                        "| | p50 µs (min–max) | p99 | p99.9 | p50 × libzmq | p99 × libzmq | p50 × JeroMQ | CPU µs | allocated B |\n")
                .append("|---|---|---|---|---|---|---|---|---|\n");
        row.forEach((contender, runs) -> {
            format(
                    "| %s | %.1f (%.1f–%.1f) | %.0f | %.0f ",
                    contender,
                    Figures.median(runs, Figures.Run::figure),
                    runs.stream().mapToDouble(Figures.Run::figure).min().orElse(0),
                    runs.stream().mapToDouble(Figures.Run::figure).max().orElse(0),
                    Figures.median(runs, Figures.Run::p99),
                    Figures.median(runs, Figures.Run::p999));
            ratio(Figures.ratio(row, contender, Contender.LIBZMQ, Figures.Run::figure));
            ratio(Figures.ratio(row, contender, Contender.LIBZMQ, Figures.Run::p99));
            ratio(Figures.ratio(row, contender, Contender.JEROMQ, Figures.Run::figure));
            used(runs);
        });
    }

    private void ratio(OptionalDouble ratio) {
        if (ratio.isPresent()) {
            format("| %.2f ", ratio.getAsDouble());
        } else {
            page.append("| – ");
        }
    }

    private void used(List<Figures.Run> runs) {
        ToDoubleFunction<Figures.Run> sender = run -> run.used().sender().allocatedBytes();
        ToDoubleFunction<Figures.Run> receiver = run -> run.used().receivers().allocatedBytes();
        format(
                "| %.3f / %.3f ",
                Figures.median(runs, run -> run.used().sender().cpuMicros()),
                Figures.median(runs, run -> run.used().receivers().cpuMicros()));
        if (Figures.median(runs, sender) == 0 && Figures.median(runs, receiver) == 0) {
            page.append("| – |\n");
        } else {
            format("| %.0f / %.0f |%n", Figures.median(runs, sender), Figures.median(runs, receiver));
        }
    }

    private void format(String format, Object... values) {
        page.append(String.format(Locale.ROOT, format, values));
    }
}
