package io.parley.benchmarks;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** The results as a page: method and machine first, and no absolute figure without its ratio. */
final class Results {
    private final StringBuilder page = new StringBuilder();

    private Results() {}

    static String of(Figures figures, int rounds) {
        Results results = new Results();
        results.method(rounds);
        figures.rows().forEach((workload, row) -> results.row(figures, workload, row));
        return results.page.toString();
    }

    private void method(int rounds) {
        page.append(
                        "# Results\n\nWritten by `benchmarks/run`. Each row: the same work, sender and receivers as processes of")
                .append(" their own, over loopback,\nall contenders in turn, ")
                .append(rounds)
                .append(
                        " rounds; the first fifth of each run is not measured. Every message is checked, its place and\n")
                .append(
                        "both ends of its content: a run that lacks one has no figure. Ratios are medians of ratios within a")
                .append(
                        " round; only they compare.\nCPU and allocation are per message and side, sender / receiver; `–` where")
                .append(" there is no JVM.\n\n");
        format(
                "Machine: %d cores, JDK %s, %s %s, %s.%n",
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                LocalDate.now(ZoneOffset.UTC));
    }

    private void row(Figures figures, String workload, Map<String, List<Figures.Run>> row) {
        page.append("\n## ").append(workload).append("\n\n");
        page.append(
                "| | delivered/s (min–max) | × libzmq | × JeroMQ | CPU µs | allocated B |\n|---|---|---|---|---|---|\n");
        row.forEach((contender, runs) -> {
            List<Double> rates = runs.stream().map(Figures.Run::delivered).toList();
            format(
                    "| %s | %,.0f (%,.0f–%,.0f) ",
                    contender,
                    Figures.median(rates),
                    rates.stream().mapToDouble(Double::doubleValue).min().orElse(0),
                    rates.stream().mapToDouble(Double::doubleValue).max().orElse(0));
            ratio(figures.ratio(workload, contender, Contender.LIBZMQ));
            ratio(figures.ratio(workload, contender, Contender.JEROMQ));
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
        format(
                "| %.3f / %.3f ",
                Figures.median(runs.stream().map(run -> run.cpu().sender()).toList()),
                Figures.median(runs.stream().map(run -> run.cpu().receiver()).toList()));
        double sender = Figures.median(
                runs.stream().map(run -> run.allocated().sender()).toList());
        double receiver = Figures.median(
                runs.stream().map(run -> run.allocated().receiver()).toList());
        if (sender == 0 && receiver == 0) {
            page.append("| – |\n");
        } else {
            format("| %.0f / %.0f |%n", sender, receiver);
        }
    }

    private void format(String format, Object... values) {
        page.append(String.format(Locale.ROOT, format, values));
    }
}
