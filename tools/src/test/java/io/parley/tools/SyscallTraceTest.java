package io.parley.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a process asks of the system before it confirms a message: to kill it shows nothing about that, since what it wrote
 * is there whether it was forced or not.
 */
@Tag("processes")
@Timeout(120)
class SyscallTraceTest {
    private static final Path STRACE = Path.of("/usr/bin/strace");
    private static final int MESSAGES = 200;
    private static final Pattern MESSAGE = Pattern.compile("order-\\d{5}");

    @TempDir
    private Path directory;

    @Test
    void shouldConfirmNothingBeforeAForceThatBeganAfterItWasWritten() throws IOException, InterruptedException {
        List<String> lines = trace();
        List<Call> calls = Call.of(lines);
        List<Call> withoutForces = Call.of(
                lines.stream().filter(line -> !line.contains("fdatasync")).toList());

        assertEquals(MESSAGES, confirmed(calls).size());
        assertEquals(List.of(), notForced(calls));
        assertEquals(MESSAGES, notForced(withoutForces).size(), "the trace shows nothing");
    }

    private List<String> trace() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(STRACE), "skipped: there is no " + STRACE);
        Path trace = directory.resolve("trace");
        List<String> strace = List.of(
                STRACE.toString(),
                "-f",
                "--seccomp-bpf",
                "-s",
                "1000000",
                "-e",
                "trace=write,pwrite64,fdatasync,fsync,msync",
                "-o",
                trace.toString());
        String data = directory.resolve("data").toString();
        String orders = IntStream.range(0, MESSAGES)
                .mapToObj(i -> String.format("order-%05d%n", i))
                .collect(Collectors.joining());
        try (Cli pub = Cli.startBy(strace, "pub", "orders", "--durable", "--data", data, "--json")) {
            pub.input(orders);
            boolean permitted = pub.exit() == 0;
            assumeTrue(permitted || !pub.errors().toString().contains("ptrace"), "skipped: nothing may be traced here");
            assertTrue(permitted, () -> pub.errors().toString());
        }
        return Files.readAllLines(trace, StandardCharsets.ISO_8859_1);
    }

    /**
     * A call of the system, by whichever thread.
     *
     * @param name what was asked for
     * @param text what was said of it: the file first
     * @param began its first line in the trace
     * @param ended its last
     */
    private record Call(String name, String text, int began, int ended) {
        private static final Pattern WHOLE = Pattern.compile("(\\d+) +(\\w+)\\((.*)");
        private static final Pattern RESUMED = Pattern.compile("(\\d+) +<\\.\\.\\. (\\w+) resumed>(.*)");
        private static final String UNFINISHED = "<unfinished ...>";

        static List<Call> of(List<String> trace) {
            List<Call> calls = new ArrayList<>();
            Map<String, Call> unfinished = new HashMap<>();
            for (int i = 0; i < trace.size(); i++) {
                Matcher whole = WHOLE.matcher(trace.get(i));
                Matcher resumed = RESUMED.matcher(trace.get(i));
                if (resumed.matches()) {
                    Call begun = unfinished.remove(resumed.group(1));
                    if (begun != null) {
                        calls.add(new Call(begun.name, begun.text + resumed.group(3), begun.began, i));
                    }
                } else if (whole.matches()) {
                    Call call = new Call(whole.group(2), whole.group(3), i, i);
                    if (call.text.endsWith(UNFINISHED)) {
                        unfinished.put(whole.group(1), call);
                    } else {
                        calls.add(call);
                    }
                }
            }
            return calls;
        }

        /** The first number in it: which file. */
        String file() {
            return text.split("[,) ]", 2)[0];
        }

        List<String> messages() {
            List<String> found = new ArrayList<>();
            for (Matcher matcher = MESSAGE.matcher(text); matcher.find(); ) {
                found.add(matcher.group());
            }
            return found;
        }
    }

    /** The messages that were confirmed, and when. */
    private static Map<String, Call> confirmed(List<Call> calls) {
        Map<String, Call> confirmed = new HashMap<>();
        for (Call call : calls) {
            if (call.name.equals("write") && call.file().equals("1")) {
                call.messages().forEach(message -> confirmed.put(message, call));
            }
        }
        return confirmed;
    }

    private static List<String> notForced(List<Call> calls) {
        Map<String, Call> written = new HashMap<>();
        for (Call call : calls) {
            if (call.name.equals("pwrite64")) {
                call.messages().forEach(message -> written.put(message, call));
            }
        }
        List<String> notForced = new ArrayList<>();
        confirmed(calls).forEach((message, confirmation) -> {
            Call record = written.get(message);
            if (record == null || calls.stream().noneMatch(call -> forces(call, record, confirmation))) {
                notForced.add(message);
            }
        });
        return notForced;
    }

    private static boolean forces(Call call, Call record, Call confirmation) {
        return call.name.matches("fdatasync|fsync|msync")
                && call.file().equals(record.file())
                && call.began > record.ended
                && call.ended < confirmation.began;
    }
}
