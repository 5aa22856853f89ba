package io.parley.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.parley.tools.text.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

/** Disks that are full, and budgets that are spent: no false receipt, and it goes on by itself. */
@Tag("processes")
@Timeout(120)
@Execution(CONCURRENT)
class FullDiskProcessesTest {
    private static final int SIZE = 4_000;
    private static final String MORE_THAN_FITS = "6000";

    @TempDir
    private Path directory;

    private final List<AutoCloseable> started = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : started) {
            one.close();
        }
    }

    @Test
    void shouldHaveOnDiskWhatItConfirmedBeforeTheDiskWasFull() throws Exception {
        SmallDisk disk = SmallDisk.mount(directory, "16m");
        started.add(disk);
        Cli full = start(disk.inside(), push(MORE_THAN_FITS));
        full.awaitErrorWith("DISK_FULL");
        full.kill();
        full.exit();
        Set<String> confirmed = Set.copyOf(messages(full));
        assertTrue(confirmed.size() > 500, () -> confirmed.size() + " in 16 MiB");

        Cli serve = start(disk.inside(), "serve", "--data", data());
        Cli worker = start(List.of(), "pull", "jobs", "--durable", "--peer", serve.address());
        worker.awaitLines(confirmed.size());
        assertEquals(0, worker.signal("INT").exit(), () -> worker.errors().toString());
        Set<String> missing = new HashSet<>(confirmed);
        missing.removeAll(worker.lines());
        assertEquals(Set.of(), missing);
    }

    @Test
    void shouldGoOnByItselfWhenWorkersHaveMadeRoomOnTheDisk() throws Exception {
        SmallDisk disk = SmallDisk.mount(directory, "16m");
        started.add(disk);
        goesOn(start(disk.inside(), push(MORE_THAN_FITS)));
    }

    @Test
    void shouldGoOnByItselfWhenWorkersHaveMadeRoomInTheBudget() throws Exception {
        goesOn(start(List.of(), push("3000", "--budget", "4MiB")));
    }

    private void goesOn(Cli push) throws IOException, InterruptedException {
        push.awaitErrorWith("DISK_FULL");
        Cli worker = start(List.of(), "pull", "jobs", "--durable", "--peer", push.address());
        assertEquals(0, push.exit(), () -> push.errors().toString());
        List<String> confirmed = messages(push);
        assertTrue(push.errors().stream().anyMatch(line -> line.contains("DISK_HAS_ROOM")));
        assertEquals(0, worker.signal("INT").exit(), () -> worker.errors().toString());
        assertEquals(confirmed.size(), worker.lines().size());
        assertEquals(Set.copyOf(confirmed), Set.copyOf(worker.lines()));
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private String[] push(String count, String... more) {
        List<String> command = new ArrayList<>(List.of("push", "jobs", "--durable", "--json", "--until", "processed"));
        command.addAll(List.of("--data", data(), "--count", count, "--size", Integer.toString(SIZE)));
        command.addAll(List.of(more));
        return command.toArray(String[]::new);
    }

    private Cli start(List<String> by, String... arguments) throws IOException {
        Cli cli = Cli.startBy(by, arguments);
        started.add(cli);
        return cli;
    }

    private static List<String> messages(Cli cli) {
        return cli.objects().stream()
                .map(line -> JsonReader.text(line, "message"))
                .toList();
    }

    /** A disk in memory in a namespace of mounts of its own, which ends with this. */
    private record SmallDisk(Process holder) implements AutoCloseable {
        /** Skips the test where that is not permitted. */
        static SmallDisk mount(Path where, String size) throws IOException {
            Path unshare = Path.of("/usr/bin/unshare");
            assumeTrue(Files.isExecutable(unshare), "skipped: there is no " + unshare);
            String script = "mount -t tmpfs -o size=" + size + " tmpfs \"$0\" && echo mounted && exec cat";
            Process holder = new ProcessBuilder(unshare.toString(), "-m", "sh", "-c", script, where.toString())
                    .redirectErrorStream(true)
                    .start();
            BufferedReader out = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8));
            String said = out.readLine();
            assumeTrue("mounted".equals(said), "skipped: no disk can be mounted here: " + said);
            return new SmallDisk(holder);
        }

        /** What starts a program that sees it. */
        List<String> inside() {
            return List.of("nsenter", "-t", Long.toString(holder.pid()), "-m");
        }

        @Override
        public void close() {
            holder.destroyForcibly();
        }
    }
}
