package io.parley.benchmarks;

import io.parley.tools.bench.Outcome;
import io.parley.tools.text.JsonReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What was measured: of each row and contender the runs, in rounds. */
final class Figures {
    /** What a row's first figure says. */
    enum Unit {
        /** More is better. */
        PER_SECOND,
        /** Less is better. */
        MICROS
    }

    /**
     * One run.
     *
     * @param round the round it belongs to
     * @param perSecond messages delivered, over all receivers
     * @param used what the sides used
     * @param latency of round trips
     */
    record Run(
            int round,
            double perSecond,
            Outcome used,
            @Nullable Latency latency) {
        static Run of(int round, Outcome outcome) {
            Map<String, Object> sent = outcome.sent();
            Latency latency = sent.containsKey("p50")
                    ? new Latency(
                            JsonReader.number(sent, "p50"),
                            JsonReader.number(sent, "p99"),
                            JsonReader.number(sent, "p999"))
                    : null;
            return new Run(round, outcome.receivers().perSecond(), outcome, latency);
        }

        /** The figure that contenders are compared by. */
        double figure() {
            return latency == null ? perSecond : latency.p50();
        }

        double p99() {
            return latency == null ? Double.NaN : latency.p99();
        }

        double p999() {
            return latency == null ? Double.NaN : latency.p999();
        }

        Unit unit() {
            return latency == null ? Unit.PER_SECOND : Unit.MICROS;
        }
    }

    /** Of round trips, in microseconds. */
    record Latency(double p50, double p99, double p999) {}

    private final Map<String, Map<String, List<Run>>> runs = new LinkedHashMap<>();

    void add(String workload, String contender, Run run) {
        runs.computeIfAbsent(workload, name -> new LinkedHashMap<>())
                .computeIfAbsent(contender, name -> new ArrayList<>())
                .add(run);
    }

    /** Contenders and their runs, by the names of the rows. */
    Map<String, Map<String, List<Run>>> rows() {
        return runs;
    }

    /** What the figures of a row are; of one that nobody ran, the usual. */
    Unit unit(String workload) {
        return runs.getOrDefault(workload, Map.of()).values().stream()
                .map(of -> of.get(0).unit())
                .findFirst()
                .orElse(Unit.PER_SECOND);
    }

    /** The median of the ratios of the row's figure to that of another contender in the same round; empty when no round has both. */
    OptionalDouble ratio(String workload, String contender, String base) {
        return ratio(runs.getOrDefault(workload, Map.of()), contender, base, Run::figure);
    }

    static OptionalDouble ratio(
            Map<String, List<Run>> row, String contender, String base, ToDoubleFunction<Run> figure) {
        List<Double> ratios = new ArrayList<>();
        for (Run run : row.getOrDefault(contender, List.of())) {
            for (Run other : row.getOrDefault(base, List.of())) {
                if (other.round() == run.round()) {
                    ratios.add(figure.applyAsDouble(run) / figure.applyAsDouble(other));
                }
            }
        }
        return ratios.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(median(ratios));
    }

    static double median(List<Run> of, ToDoubleFunction<Run> figure) {
        return median(of.stream().map(figure::applyAsDouble).toList());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
