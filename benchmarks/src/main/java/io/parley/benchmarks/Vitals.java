package io.parley.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used up to now, by the system's own books ({@code /proc/PID/stat}, see proc(5)).
 *
 * @param processorSeconds by all its threads, in the kernel as well
 * @param residentKib memory that it has
 */
record Vitals(double processorSeconds, long residentKib) {
    /** The unit in which the system tells times to programs: 1/100 s on all machines that Linux runs Java on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int PAGE_KIB = 4;
    /** Of what follows the name, which is in parentheses and may hold anything. */
    private static final int USER_TICKS = 11;

    private static final int SYSTEM_TICKS = 12;
    private static final int RESIDENT_PAGES = 21;

    /**
     * Of this process, now.
     *
     * @throws IOException when there is no such process
     */
    static Vitals of(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc/" + pid + "/stat"), UTF_8);
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        double ticks = Double.parseDouble(fields[USER_TICKS]) + Double.parseDouble(fields[SYSTEM_TICKS]);
        return new Vitals(ticks / TICKS_PER_SECOND, Long.parseLong(fields[RESIDENT_PAGES]) * PAGE_KIB);
    }
}
