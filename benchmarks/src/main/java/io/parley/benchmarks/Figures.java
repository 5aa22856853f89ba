package io.parley.benchmarks;

import io.parley.tools.text.JsonReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What was measured: of each row and contender the runs, in rounds. */
final class Figures {
    /**
     * One run.
     *
     * @param round the round it belongs to
     * @param delivered messages per second, over all receivers
     * @param cpu microseconds per message, of sender and receiver
     * @param allocated bytes per message, of sender and receiver; zero for what is no JVM
     */
    record Run(int round, double delivered, Pair cpu, Pair allocated) {
        /** Out of the line that the driver gives. */
        static Run of(int round, Map<String, Object> line) {
            return new Run(
                    round,
                    JsonReader.number(line, "deliveredPerSecond"),
                    Pair.of(line.get("cpuMicrosPerMessage")),
                    Pair.of(line.get("allocatedBytesPerMessage")));
        }
    }

    /** A figure of each side. */
    record Pair(double sender, double receiver) {
        @SuppressWarnings("unchecked") // objects are read as maps by their names
        static Pair of(@Nullable Object sides) {
            Map<String, Object> both = (Map<String, Object>) Objects.requireNonNull(sides, "a line without both sides");
            return new Pair(JsonReader.number(both, "sender"), JsonReader.number(both, "receiver"));
        }
    }

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

    /** The median of the ratios to another contender in the same round; empty when no round has both. */
    OptionalDouble ratio(String workload, String contender, String base) {
        Map<String, List<Run>> row = runs.getOrDefault(workload, Map.of());
        List<Double> ratios = new ArrayList<>();
        for (Run run : row.getOrDefault(contender, List.of())) {
            for (Run other : row.getOrDefault(base, List.of())) {
                if (other.round() == run.round()) {
                    ratios.add(run.delivered() / other.delivered());
                }
            }
        }
        return ratios.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(median(ratios));
    }

    static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
