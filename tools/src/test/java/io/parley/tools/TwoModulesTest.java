package io.parley.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Core and transport are enough for best effort topics, and leave the disk alone. */
@Tag("processes")
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class TwoModulesTest {
    private static final String HOME = System.getProperty("java.home");

    @TempDir
    private Path directory;

    @Test
    void shouldRunBestEffortTopicsOnTwoModulesAndOpenNoFile() throws IOException, InterruptedException {
        List<String> classPath = classPath();
        Path work = Files.createDirectory(directory.resolve("work"));
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        Path errors = directory.resolve("errors");
        Process process = new ProcessBuilder(
                        HOME + File.separator + "bin" + File.separator + "java",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-Djava.io.tmpdir=" + temporary,
                        "-Duser.home=" + work,
                        "-cp",
                        String.join(File.pathSeparator, classPath),
                        BareProgram.class.getName())
                .directory(work.toFile())
                .redirectError(errors.toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), () -> output + contents(errors));
        List<String> lines = output.lines().toList();
        assertTrue(lines.contains("message 999"), output);
        assertEquals("end", lines.get(lines.size() - 1));
        assertEquals(List.of(), list(work));
        assertEquals(List.of(), list(temporary));
        List<String> files = lines.stream()
                .filter(line -> line.startsWith("file "))
                .map(line -> line.substring("file ".length()))
                .toList();
        assertFalse(files.isEmpty(), "not even the class path is open: nothing was looked at");
        assertEquals(
                List.of(),
                files.stream()
                        .filter(file -> !file.startsWith(HOME) && !classPath.contains(file))
                        .filter(file -> !file.equals(errors.toString()))
                        .toList());
    }

    /** The two modules with what they need, and the program as the only class of this module. */
    private List<String> classPath() throws IOException {
        List<String> wanted = List.of("core", "transport", "slf4j-api", "jeromq", "jnacl", "jspecify");
        List<String> path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> wanted.stream().anyMatch(name -> isOf(entry, name)))
                .collect(Collectors.toCollection(ArrayList::new));
        String file = BareProgram.class.getName().replace('.', '/') + ".class";
        Path program = directory.resolve("program").resolve(file);
        Files.createDirectories(program.getParent());
        try (InputStream in = BareProgram.class.getClassLoader().getResourceAsStream(file)) {
            Files.write(program, in.readAllBytes());
        }
        path.add(directory.resolve("program").toString());
        return path;
    }

    /** Whether an entry of the class path is that module's directory or jar, or that library. */
    private static boolean isOf(String entry, String name) {
        Path path = Path.of(entry);
        String file = path.getFileName().toString();
        boolean module = file.startsWith("parley-" + name) || entry.contains("/" + name + "/target/");
        return module || file.startsWith(name + "-");
    }

    private static List<String> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> !file.equals(directory))
                    .map(Path::toString)
                    .toList();
        }
    }

    private static String contents(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
