package io.parley.discovery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Hosts on one machine, built by {@code testkit/netlab/netlab.sh} of network namespaces, each with a {@link HostNode}. */
final class Netlab implements AutoCloseable {
    private static final Path SCRIPT =
            Path.of("../testkit/netlab/netlab.sh").toAbsolutePath().normalize();

    private final String name =
            "t" + ProcessHandle.current().pid() + "x" + Long.toString(System.nanoTime() & 0xfff, 36);
    private final Map<Integer, Host> hosts = new HashMap<>();

    /** Why it cannot run here; empty when it can. */
    static String obstacle() {
        boolean tools = Files.isExecutable(Path.of("/usr/sbin/ip")) && Files.isExecutable(Path.of("/usr/sbin/nft"));
        if (!System.getProperty("user.name").equals("root") || !tools) {
            return "netlab: needs root, iproute2 and nftables: skipped";
        }
        return Files.isExecutable(SCRIPT) ? "" : "netlab: " + SCRIPT + " is not there: skipped";
    }

    Netlab(int count) throws IOException, InterruptedException {
        run("up", Integer.toString(count));
    }

    /** A command of the script, see there. */
    void run(String... command) throws IOException, InterruptedException {
        Process process = script(List.of(command)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("netlab " + List.of(command) + ": " + said);
        }
    }

    private ProcessBuilder script(List<String> command) {
        List<String> all = new ArrayList<>(List.of(SCRIPT.toString()));
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().put("NETLAB", name);
        return builder;
    }

    /** Starts the node of a host. */
    Host start(int number) throws IOException {
        List<String> command = new ArrayList<>(List.of("exec", Integer.toString(number)));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp"));
        command.addAll(List.of(System.getProperty("java.class.path"), HostNode.class.getName(), "n" + number));
        Host host = new Host(
                script(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
        hosts.put(number, host);
        return host;
    }

    Host host(int number) {
        return hosts.get(number);
    }

    /** A process, and what it says. */
    static final class Host {
        private final Process process;
        private final List<String> lines = new ArrayList<>();

        Host(Process process) {
            this.process = process;
            Thread reader = new Thread(this::read, "host");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    synchronized (this) {
                        lines.add(line);
                        notifyAll();
                    }
                }
            } catch (IOException e) {
                return; // it was killed
            }
        }

        void kill() {
            process.destroyForcibly();
        }

        synchronized List<String> lines() {
            return List.copyOf(lines);
        }

        /** How many peers are linked, as it said last. */
        private synchronized int up() {
            for (int i = lines.size() - 1; i >= 0; i--) {
                if (lines.get(i).startsWith("up")) {
                    return lines.get(i).split(" ").length - 1;
                }
            }
            return 0;
        }

        boolean awaitUp(int count, int seconds) throws InterruptedException {
            return await(all -> up() == count, seconds);
        }

        synchronized boolean await(Predicate<List<String>> condition, int seconds) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            for (long left = seconds * 1_000L; left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                if (condition.test(lines)) {
                    return true;
                }
                wait(Math.min(left, 200));
            }
            return condition.test(lines);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        hosts.values().forEach(Host::kill);
        run("down");
    }
}
