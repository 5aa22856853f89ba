package io.parley.tools;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * How a command is started: from jars, with an archive of its classes, as {@code ./parley} does. Tests start hundreds, and the
 * JVM that makes the archive pays for itself after a few.
 */
final class Launch {
    private static final List<String> WORDS = make();

    private Launch() {}

    /** The program and its options, up to the main class. */
    static List<String> words() {
        return WORDS;
    }

    private static List<String> make() {
        try {
            Path home = Files.createTempDirectory("parley-launch");
            home.toFile().deleteOnExit();
            String classPath = jars(home);
            Path archive = home.resolve("parley.jsa");
            archive.toFile().deleteOnExit();
            Path data = home.resolve("data");
            List<String> making = words(List.of("-XX:ArchiveClassesAtExit=" + archive), classPath);
            making.addAll(List.of("pub", "warm.up", "x", "--mdns", "off", "--durable", "--data", data.toString()));
            new ProcessBuilder(making)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            delete(data);
            return List.copyOf(words(List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off"), classPath));
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new InterruptedIOException());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> words(List<String> options, String classPath) {
        List<String> words = new ArrayList<>();
        words.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        words.addAll(options);
        words.addAll(List.of("-cp", classPath, Main.class.getName()));
        return words;
    }

    /** The class path of this JVM with a jar in place of each directory: an archive knows of jars alone. */
    private static String jars(Path home) throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path jar = home.resolve(jars.size() + ".jar");
                jar.toFile().deleteOnExit();
                pack(path, jar);
                jars.add(jar.toString());
            } else if (Files.isRegularFile(path)) {
                jars.add(entry);
            }
        }
        return String.join(File.pathSeparator, jars);
    }

    private static void pack(Path directory, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out);
                Stream<Path> files = Files.walk(directory)) {
            packed.setLevel(0);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                packed.putNextEntry(
                        new ZipEntry(directory.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, packed);
                packed.closeEntry();
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
