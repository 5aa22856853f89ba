package io.parley.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.TreeMap;

/** Ratios to raw JeroMQ that were recorded, one {@code row/contender=ratio} a line. */
final class Gate {
    /** A rate may fall to this part of the recorded one, a time rise by as much. */
    private static final double LEAST = 0.8;

    private Gate() {}

    /**
     * A ratio that fell too far.
     *
     * @param row the row
     * @param contender whose ratio
     * @param now what it is
     * @param before what was recorded
     */
    record Fall(String row, String contender, double now, double before) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s/%s: %.2f x JeroMQ, recorded %.2f", row, contender, now, before);
        }
    }

    /** Which ratios fell too far; what is recorded but was not measured now is left out. */
    static List<Fall> fallen(Figures figures, Path recorded) throws IOException {
        Properties lines = read(recorded);
        List<Fall> fallen = new ArrayList<>();
        for (String line : lines.stringPropertyNames()) {
            int slash = line.indexOf('/');
            String row = line.substring(0, slash);
            String contender = line.substring(slash + 1);
            double before = Double.parseDouble(lines.getProperty(line));
            OptionalDouble now = figures.ratio(row, contender, Contender.JEROMQ);
            if (now.isPresent() && isWorse(figures.unit(row), now.getAsDouble(), before)) {
                fallen.add(new Fall(row, contender, now.getAsDouble(), before));
            }
        }
        return fallen;
    }

    private static Properties read(Path recorded) throws IOException {
        Properties lines = new Properties();
        if (Files.exists(recorded)) {
            try (Reader in = Files.newBufferedReader(recorded)) {
                lines.load(in);
            }
        }
        return lines;
    }

    private static boolean isWorse(Run.Unit unit, double now, double before) {
        return unit == Run.Unit.PER_SECOND ? now < LEAST * before : now > before / LEAST;
    }

    /** Records Parley's ratios of now; of rows that were not measured now, those recorded before stay. */
    static void record(Figures figures, Path file) throws IOException {
        TreeMap<String, Double> ratios = new TreeMap<>();
        Properties before = read(file);
        before.stringPropertyNames().forEach(line -> ratios.put(line, Double.parseDouble(before.getProperty(line))));
        figures.rows()
                .forEach((workload, row) -> row.keySet().stream()
                        .filter(contender -> contender.startsWith(Contender.OURS))
                        .forEach(contender -> figures.ratio(workload, contender, Contender.JEROMQ)
                                .ifPresent(ratio -> ratios.put(workload + "/" + contender, ratio))));
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (var ratio : ratios.entrySet()) {
                out.write(String.format(Locale.ROOT, "%s=%.2f\n", ratio.getKey(), ratio.getValue()));
            }
        }
    }
}
