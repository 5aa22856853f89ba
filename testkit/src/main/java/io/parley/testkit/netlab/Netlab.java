package io.parley.testkit.netlab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A small network of hosts on this machine, for tests with real processes: each host is a network namespace on a switch of its
 * own, and nothing leaves the lab. Faults, of loss, partitions, cables, multicast, addresses, are commands of
 * {@code netlab.sh}, which lies beside this class and says in its head what there is.
 *
 * <pre>
 *   assumeTrue(Netlab.obstacle().isEmpty(), Netlab::obstacle);
 *   try (Netlab lab = Netlab.up(3)) {
 *       Process first = lab.command(1, List.of("java", "-cp", classPath, "shop.Main")).start();
 *       lab.run("partition", "1", "2,3");
 *   }
 * </pre>
 *
 * <p>Needs Linux, root, and the programs ip and nft. Methods wait for the script, up to some seconds. Thread-safe.
 */
public final class Netlab implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name = "t" + Long.toString(ProcessHandle.current().pid(), 36) + "x" + NUMBER.incrementAndGet();
    private final Path script;

    private Netlab(Path script) {
        this.script = script;
    }

    /** Why there can be no lab here, for the line that says so of a test that is skipped; empty when there can be one. */
    public static String obstacle() {
        if (!System.getProperty("user.name").equals("root")) {
            return "netlab: needs root: skipped";
        }
        for (String program : List.of("ip", "nft", "nsenter", "unshare")) {
            if (!isInstalled(program)) {
                return "netlab: needs the program " + program + ": skipped";
            }
        }
        return mayMakeNamespaces() ? "" : "netlab: network namespaces are not allowed here: skipped";
    }

    /** Whether a program is on the path, or where programs for administrators are. */
    public static boolean isInstalled(String program) {
        String path = System.getenv("PATH") + ":/usr/sbin:/sbin";
        return Stream.of(path.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static boolean mayMakeNamespaces() {
        try {
            Process process = new ProcessBuilder("unshare", "--net", "--mount", "true")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return ended(process) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Builds a lab.
     *
     * @param hosts how many hosts; they have the numbers from 1, and the addresses {@code 10.77.0.NUMBER} and {@code fd77::NUMBER}
     */
    public static Netlab up(int hosts) {
        try (InputStream text = Netlab.class.getResourceAsStream("netlab.sh")) {
            if (text == null) {
                throw new IllegalStateException("netlab.sh is not beside " + Netlab.class);
            }
            Path script = Files.createTempFile("netlab", ".sh");
            Files.copy(text, script, StandardCopyOption.REPLACE_EXISTING);
            Netlab lab = new Netlab(script);
            lab.run("up", Integer.toString(hosts));
            return lab;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a command of the script to its end.
     *
     * @return what it printed
     * @throws IllegalStateException when it fails, with what it says
     */
    public String run(String... command) {
        try {
            Process process = script(List.of(command)).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (ended(process) != 0) {
                throw new IllegalStateException("netlab " + List.of(command) + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program on a host, to be started: the process that it makes is the program itself. What still runs is killed at the end. */
    public ProcessBuilder command(int host, List<String> program) {
        List<String> command = new ArrayList<>(List.of("exec", Integer.toString(host)));
        command.addAll(program);
        return script(command);
    }

    private ProcessBuilder script(List<String> command) {
        List<String> all = new ArrayList<>(List.of("bash", script.toString()));
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().put("NETLAB", name);
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        return builder;
    }

    private static int ended(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + process, e);
        }
    }

    /** Kills what runs in the lab, and removes it. */
    @Override
    public void close() {
        try {
            run("down");
        } finally {
            deleteScript();
        }
    }

    private void deleteScript() {
        try {
            Files.deleteIfExists(script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
