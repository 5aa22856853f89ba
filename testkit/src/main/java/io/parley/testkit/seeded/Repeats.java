package io.parley.testkit.seeded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sees whether a seed means the same everywhere. A set or map that is gone through in the order of its hashes has another order
 * in each JVM where a hash comes from an object's identity, as that of each enum constant does; then a seed that failed once
 * never fails again.
 */
public final class Repeats {
    private static final long LIMIT = 300;

    private Repeats() {}

    /**
     * Runs a program in two JVMs, in one of which all identities have the same hash. Waits until both ended.
     *
     * @param story has a {@code main} that plays seeds with fixed numbers, and prints a line of each that tells of all that
     *     happened, as {@code SimNetwork.fingerprint} does
     * @throws AssertionError when they print something else, fail, or take longer than five minutes
     */
    public static void check(Class<?> story) throws IOException, InterruptedException {
        Process usual = start(story);
        Process equal = start(story, "-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=2");
        try {
            List<String> first = lines(usual);
            List<String> second = lines(equal);
            if (first.isEmpty() || !first.equals(second)) {
                throw new AssertionError("another story in another JVM:\n" + first + "\n" + second);
            }
        } finally {
            usual.destroyForcibly();
            equal.destroyForcibly();
        }
    }

    private static Process start(Class<?> story, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(options));
        command.addAll(
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
        command.add(story.getName());
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static List<String> lines(Process process) throws IOException, InterruptedException {
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        if (!process.waitFor(LIMIT, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("it failed: " + lines);
        }
        return lines;
    }
}
