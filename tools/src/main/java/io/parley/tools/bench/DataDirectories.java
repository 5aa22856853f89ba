package io.parley.tools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where the journals of a measurement are: fresh directories, which are removed when it is closed. Belongs to one thread. */
public final class DataDirectories implements AutoCloseable {
    private static final String PROPERTY = "benchmark.logs";

    private final List<Path> all = new ArrayList<>();

    /** For the JVM of a side: has its directories made in this one, instead of that for temporary files. */
    public static String option(Path parent) {
        return "-D" + PROPERTY + "=" + parent;
    }

    /** Another directory. */
    public Path next() throws IOException {
        Path parent =
                Files.createDirectories(Path.of(System.getProperty(PROPERTY, System.getProperty("java.io.tmpdir"))));
        Path fresh = Files.createTempDirectory(parent, "log");
        all.add(fresh);
        return fresh;
    }

    /** Removes them, with all that is in them. */
    @Override
    public void close() throws IOException {
        for (Path directory : all) {
            try (Stream<Path> inside = Files.walk(directory)) {
                for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
