package io.parley.tools;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.bench.Bench;
import io.parley.tools.bench.Extent;
import io.parley.tools.bench.Payload;
import io.parley.tools.bench.Work;
import io.parley.tools.node.Ending;
import io.parley.tools.node.ExitCode;
import io.parley.tools.node.Transports;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Measures how fast messages go from one process to others on this host, and prints one line of JSON.",
            "The first fifth is not measured. Every message is checked, its place and its content: if one is missing,"
                    + " repeated, late or damaged there is no figure. Best effort senders wait instead of dropping."
        })
final class BenchCommand implements Callable<Integer> {
    private static final int LARGEST = 16 * 1024 * 1024;
    private static final int MOST_PEERS = 256;

    @Parameters(index = "0", paramLabel = "pushpull|pubsub", description = "What to measure.")
    private Work.Pattern pattern;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            defaultValue = "64",
            description = "Bytes of a message, at least 8, for example 64, 64KiB or 16MiB. Default: ${DEFAULT-VALUE}.")
    private int size;

    @Option(names = "--count", paramLabel = "N", description = "How many messages. Default: some seconds' worth.")
    private @Nullable Long count;

    @Option(
            names = "--peers",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many subscribers. Default: ${DEFAULT-VALUE}.")
    private int peers;

    @Option(
            names = "--mode",
            paramLabel = "best-effort|reliable|durable",
            defaultValue = "best-effort",
            description = "What the channel promises; durable keeps its journals in the directory for temporary files."
                    + " Default: ${DEFAULT-VALUE}.")
    private String mode;

    @Option(
            names = "--transport",
            paramLabel = "zmq|zmtp",
            defaultValue = "",
            description = "What carries the links. Default: the fastest one that is installed.")
    private String transport;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "300",
            description = "How long it may take. Default: 5m.")
    private Duration timeout;

    @SuppressWarnings("unused") // There is nothing to choose: but whoever gives it everywhere may give it here.
    @Option(names = "--json", description = "Accepted for likeness: the result is JSON anyway.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Work work = work();
        try (Bench bench = new Bench(work, timeout);
                Ending ending = Ending.onSignal(() -> {
                    bench.close();
                    return ExitCode.FAILURE;
                })) {
            Output.stdout().line(bench.run().line(work).toString());
            bench.end();
            return ExitCode.SUCCESS;
        }
    }

    private Work work() {
        Work.Mode chosen = switch (mode) {
            case "best-effort" -> Work.Mode.best_effort;
            case "reliable" -> Work.Mode.reliable;
            case "durable" -> Work.Mode.durable;
            default -> throw wrong("--mode=" + mode + ", expected best-effort, reliable or durable");
        };
        if (size < Payload.LEAST || size > LARGEST) {
            throw wrong("--size=" + size + ", expected " + Payload.LEAST + " to " + LARGEST);
        }
        if (peers < 1 || peers > MOST_PEERS || pattern == Work.Pattern.pushpull && peers > 1) {
            throw wrong("--peers=" + peers + ", expected 1 to " + MOST_PEERS + ", and 1 for pushpull");
        }
        if (count != null && count < 10) {
            throw wrong("--count=" + count + ", expected at least 10");
        }
        if (pattern != Work.Pattern.pushpull && pattern != Work.Pattern.pubsub) {
            throw wrong(pattern + " is measured by benchmarks/run, expected pushpull or pubsub");
        }
        long messages = count == null ? Work.messages(size, chosen, peers) : count;
        return new Work(
                pattern,
                chosen,
                size,
                Extent.messages(messages),
                peers,
                Transports.named(transport).name());
    }

    private static ParleyException wrong(String text) {
        return new ParleyException(ErrorCode.INVALID_ARGUMENT, text);
    }
}
