package io.parley.tools;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.QueueReader;
import io.parley.core.Subscription;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.NodeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pull",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Pulls messages from a work queue and prints one payload per line, each out before it counts as processed.",
            "A message that fails is not printed; it comes again later, here or elsewhere."
        })
final class PullCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "QUEUE", description = "The queue.")
    private String queue;

    @Option(names = "--count", paramLabel = "N", description = "End after so many messages. Default: never.")
    private long count;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "1",
            description = "Work on so many messages at once. Default: ${DEFAULT-VALUE}.")
    private int concurrency;

    @Option(names = "--fail-first", paramLabel = "N", description = "Fail the first N attempts of each message.")
    private int failFirst;

    @Option(names = "--handle-ms", paramLabel = "MS", description = "Take so many milliseconds for each message.")
    private long handleMillis;

    @Option(
            names = "--exec",
            paramLabel = "CMD",
            description =
                    "Run a shell command for each message, the payload being its input. What it prints goes to standard"
                            + " error. An exit code other than 0 is a failure.")
    private @Nullable String command;

    @Option(names = "--durable", description = "Pull from a queue whose senders push with --durable.")
    private boolean durable;

    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() throws Exception {
        if (count < 0 || failFirst < 0 || handleMillis < 0) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "--count, --fail-first and --handle-ms are expected to be >= 0");
        }
        Output output = new Output(options.json());
        WorkQueue<byte[]> plain = WorkQueue.of(queue, Codec.bytes());
        QueueReader<byte[]> reader =
                (durable ? plain.durable() : plain).concurrency(concurrency).onMissed(output::missed);
        Work work = new Work(failFirst, handleMillis, command);
        Tally tally = new Tally(count);
        try (Node node = options.open("pull", new Events())) {
            try (Ending ending = Ending.onSignal(() -> {
                node.close();
                return tally.interrupted();
            })) {
                CompletableFuture<Subscription> member = new CompletableFuture<>();
                member.complete(node.pull(reader, message -> {
                    if (handle(message, work, output, tally)) {
                        member.join().close(); // from here on nothing is begun that would not be wanted
                    }
                }));
                return tally.await(options.timeout());
            }
        }
    }

    /** Works on a message; returns whether it was the last. */
    private static boolean handle(Message<byte[]> message, Work work, Output output, Tally tally)
            throws IOException, InterruptedException {
        if (!tally.begin()) {
            throw new ParleyException(ErrorCode.CLOSED, "this worker has had all the messages that it wanted");
        }
        boolean done = false;
        try {
            work.on(message);
            output.message(message);
            done = true;
        } catch (UncheckedIOException e) {
            tally.fail(e);
            throw e;
        } finally {
            if (!done) {
                tally.undo();
            }
        }
        return tally.done();
    }
}
