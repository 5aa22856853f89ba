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
    /** A ratio may fall to this part of the recorded one. */
    private static final double LEAST = 0.8;

    private Gate() {}

    /** Which ratios fell too far; what is recorded but was not measured now is left out. */
    static List<String> fallen(Figures figures, Path recorded) throws IOException {
        Properties lines = new Properties();
        try (Reader in = Files.newBufferedReader(recorded)) {
            lines.load(in);
        }
        List<String> fallen = new ArrayList<>();
        for (String line : lines.stringPropertyNames()) {
            int slash = line.indexOf('/');
            double before = Double.parseDouble(lines.getProperty(line));
            OptionalDouble now = figures.ratio(line.substring(0, slash), line.substring(slash + 1), Contender.JEROMQ);
            if (now.isPresent() && now.getAsDouble() < LEAST * before) {
                fallen.add(String.format(
                        Locale.ROOT, "%s: %.2f x JeroMQ, recorded %.2f", line, now.getAsDouble(), before));
            }
        }
        return fallen;
    }

    /** Records Parley's ratios of now. */
    static void record(Figures figures, Path file) throws IOException {
        TreeMap<String, Double> ratios = new TreeMap<>();
        figures.rows()
                .forEach((workload, row) -> row.keySet().stream()
                        .filter(contender -> contender.startsWith("parley"))
                        .forEach(contender -> figures.ratio(workload, contender, Contender.JEROMQ)
                                .ifPresent(ratio -> ratios.put(workload + "/" + contender, ratio))));
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (var ratio : ratios.entrySet()) {
                out.write(String.format(Locale.ROOT, "%s=%.2f\n", ratio.getKey(), ratio.getValue()));
            }
        }
    }
}
