package io.parley.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** What was measured: of each row and contender the runs, in rounds. */
final class Figures {
    private final Map<String, Map<String, List<Run>>> runs = new LinkedHashMap<>();

    void add(String workload, String contender, Run run) {
        runs.computeIfAbsent(workload, name -> new LinkedHashMap<>())
                .computeIfAbsent(contender, name -> new ArrayList<>())
                .add(run);
    }

    /** Forgets a row. */
    void remove(String workload) {
        runs.remove(workload);
    }

    /** Contenders and their runs, by the names of the rows. */
    Map<String, Map<String, List<Run>>> rows() {
        return runs;
    }

    /** What the figures of a row are; of one that nobody ran, the usual. */
    Run.Unit unit(String workload) {
        return runs.getOrDefault(workload, Map.of()).values().stream()
                .map(of -> of.get(0).unit())
                .findFirst()
                .orElse(Run.Unit.PER_SECOND);
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
