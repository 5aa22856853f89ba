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
import java.util.stream.Stream;

/** The results as a page with plots: method and machine first, and no absolute figure without its ratio. */
final class Results {
    private static final String METHOD = """
            # Results

            Written by `benchmarks/run`. Each row is the same work, done by all contenders in turn, in rounds; sender and
            receivers are processes of their own, over loopback, at most two of them receiving. The JVMs have a heap of fixed size.
            A run begins with time for the compiler, which is not measured: more for a library in Java, little for native code.
            Parley's processes stay for all rounds of a row, idle while others are measured; those of others are fresh. Every
            message is checked, its place and both ends of its content: a run that lacks one has no figure. Best effort senders wait
            instead of dropping. Handlers of `-loop` run on the node's loop, those of `-pool` on handler threads.

            Figures are medians over the rounds, with the lowest and the highest. Ratios are medians of the ratios within a round;
            only they mean anything on another machine. `CPU µs` and `allocated B` are per message, sender / receiver, allocation only
            of JVMs, the user's array included. In a round trip the message goes to a handler on the other side, `loop` or `pool`, and
            another brings its answer back: with Parley over two queues. There a ratio below 1 is the better, elsewhere one above 1.
            `limit-nio` is a bare blocking socket, and promises nothing. In `reliable` and `durable` rows only Parley acknowledges; the others
            send as they always do, as a measure. `producers-N` are N threads on one handle; those whose sockets are for one thread
            share a lock. `request-1` is a thread that asks and waits. In `append` one thread writes a log that nobody forces, in
            `force-N` each of N threads waits until what it wrote is on disk; the log is read again and checked, and `CPU µs` and
            `allocated B` are of writing / reading.

            Machine: %d cores, JDK %s, %s %s, %s.
            """;

    private final StringBuilder page = new StringBuilder();

    private Results() {}

    /** Writes {@code RESULTS.md} and {@code plots}. */
    static void write(Figures figures, Path home) throws IOException {
        Files.writeString(home.resolve("RESULTS.md"), page(figures));
        Path plots = Files.createDirectories(home.resolve("plots"));
        for (String workload : figures.rows().keySet()) {
            Files.writeString(
                    plots.resolve(workload + ".svg"),
                    Plot.of(workload, figures.unit(workload), figures.rows().getOrDefault(workload, Map.of())));
        }
    }

    static String page(Figures figures) {
        Results results = new Results();
        results.format(
                METHOD,
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                LocalDate.now(ZoneOffset.UTC));
        figures.rows().forEach((workload, row) -> {
            long rounds = row.values().stream().mapToInt(List::size).max().orElse(0);
            results.format("%n## %s%n%n%d rounds.%n%n![%s](plots/%s.svg)%n%n", workload, rounds, workload, workload);
            List<String> bases = Workload.bases(workload);
            if (figures.unit(workload) == Run.Unit.MICROS) {
                results.latencies(row, bases);
            } else {
                results.rates(row, bases);
            }
        });
        return results.page.toString();
    }

    private void rates(Map<String, List<Run>> row, List<String> bases) {
        head("per second (min–max)", bases.stream().map(base -> "× " + base).toList());
        row.forEach((contender, runs) -> {
            median(contender, runs, "| %s | %,.0f (%,.0f–%,.0f) ");
            bases.forEach(base -> ratio(Figures.ratio(row, contender, base, Run::figure)));
            used(runs);
        });
    }

    private void latencies(Map<String, List<Run>> row, List<String> bases) {
        List<String> ratios = bases.stream()
                .flatMap(base -> Stream.of("p50 × " + base, "p99 × " + base))
                .toList();
        head("p50 µs (min–max) | p99 | p99.9", ratios);
        row.forEach((contender, runs) -> {
            median(contender, runs, "| %s | %.1f (%.1f–%.1f) ");
            format("| %.0f | %.0f ", Figures.median(runs, Run::p99), Figures.median(runs, Run::p999));
            for (String base : bases) {
                ratio(Figures.ratio(row, contender, base, Run::figure));
                ratio(Figures.ratio(row, contender, base, Run::p99));
            }
            used(runs);
        });
    }

    private void head(String figures, List<String> ratios) {
        String head = "| | " + figures + " | " + String.join(" | ", ratios) + " | CPU µs | allocated B |";
        long columns = head.chars().filter(c -> c == '|').count() - 1;
        page.append(head).append("\n|").append("---|".repeat((int) columns)).append('\n');
    }

    private void median(String contender, List<Run> runs, String format) {
        format(
                format,
                contender,
                Figures.median(runs, Run::figure),
                runs.stream().mapToDouble(Run::figure).min().orElse(0),
                runs.stream().mapToDouble(Run::figure).max().orElse(0));
    }

    private void ratio(OptionalDouble ratio) {
        if (ratio.isPresent()) {
            format("| %.2f ", ratio.getAsDouble());
        } else {
            page.append("| – ");
        }
    }

    private void used(List<Run> runs) {
        double sender = Figures.median(runs, run -> run.sender().allocated());
        double receiver = Figures.median(runs, run -> run.receiver().allocated());
        format(
                "| %.3f / %.3f ",
                Figures.median(runs, run -> run.sender().cpuMicros()),
                Figures.median(runs, run -> run.receiver().cpuMicros()));
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
