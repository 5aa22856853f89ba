package io.parley.tools.bench;

import io.parley.tools.process.ChildProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Programs that are both sides of a measurement. Their arguments are {@code send} or {@code receive}, {@link Work#arguments},
 * and for a receiver the address and how many receive in its process. They report, a JSON object a line: the sender {@code
 * listening} with its address, then {@code sent}; each receiving process {@code received}, or {@code wrong} with a detail.
 * {@code sent} and {@code received} hold what the process did and used while it was measured: {@code messages}, {@code nanos},
 * {@code cpuNanos}, {@code allocated}. They end when standard input does.
 */
@FunctionalInterface
public interface Sides {
    /** A heap that is there from the start: else the first seconds measure how the kernel hands out zeroed pages. */
    List<String> MEMORY = List.of("-Xms256m", "-Xmx256m", "-Xmn64m", "-XX:+AlwaysPreTouch");

    /** Starts one; its lines come on a thread of their own. */
    ChildProcess start(List<String> arguments, Consumer<String> onLine) throws IOException;

    /** Both sides are a main class of this class path, run with the heap above, more options, and those of this JVM. */
    static Sides of(Class<?> mainClass, String... more) {
        List<String> options = new ArrayList<>(MEMORY);
        options.addAll(List.of(more));
        options.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        return (arguments, onLine) ->
                ChildProcess.start(new ChildProcess.Program(mainClass, options, arguments), onLine);
    }

    /** Both sides are another program. */
    static Sides of(String program) {
        return (arguments, onLine) -> {
            List<String> command = new ArrayList<>(List.of(program));
            command.addAll(arguments);
            return ChildProcess.start(command, onLine);
        };
    }
}
