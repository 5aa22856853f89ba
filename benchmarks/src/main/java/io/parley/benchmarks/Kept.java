package io.parley.benchmarks;

import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What earlier commands have measured, a JSON object a run: rows may be measured one by one, and make one page. */
final class Kept {
    private Kept() {}

    static Figures read(Path file) throws IOException {
        Figures figures = new Figures();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                Map<String, Object> run = JsonReader.object(line);
                figures.add(JsonReader.text(run, "row"), JsonReader.text(run, "contender"), Run.of(run));
            }
        }
        return figures;
    }

    static void write(Figures figures, Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        figures.rows()
                .forEach((workload, row) -> row.forEach((contender, runs) -> runs.forEach(
                        run -> lines.add(run.line(workload, contender).toString()))));
        Files.createDirectories(file.getParent());
        Files.write(file, lines);
    }
}
