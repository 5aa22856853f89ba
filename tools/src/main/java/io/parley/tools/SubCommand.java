package io.parley.tools;

import io.parley.core.Handler;
import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.TopicReader;
import io.parley.core.channel.Filter;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.NodeOptions;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "sub",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Subscribes to a topic and prints one payload per line, each out before it counts as handled.",
            "FILTER is a topic's name, or the name, a dot and a filter: * is one token, # at the end is any rest. With a"
                    + " wildcard at its very beginning it reads every best effort topic, except those whose names begin"
                    + " with an underscore."
        })
final class SubCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILTER", description = "For example ticks, ticks.#, ticks.eur.* or #.")
    private String filter;

    @Option(names = "--count", paramLabel = "N", description = "End after so many messages. Default: never.")
    private long count;

    @Option(names = "--reliable", description = "Read a topic whose publishers send with --reliable.")
    private boolean reliable;

    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() throws Exception {
        if (count < 0) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "--count=" + count + ", expected >= 0");
        }
        Tally tally = new Tally(count);
        Output output = new Output(options.json());
        BiConsumer<Node, Handler<byte[]>> subscribing = subscribing(output);
        try (Node node = options.open("sub", new Events())) {
            try (Ending ending = Ending.onSignal(() -> {
                node.close();
                return tally.interrupted();
            })) {
                subscribing.accept(node, message -> print(message, output, tally));
                return tally.await(options.timeout());
            }
        }
    }

    /** Checks the filter before anything is opened. */
    private BiConsumer<Node, Handler<byte[]>> subscribing(Output output) {
        PubCommand.Subject subject = PubCommand.Subject.parse(filter);
        if (subject.channel().equals("*") || subject.channel().equals("#")) {
            Filter all = new Filter(filter);
            if (reliable) {
                throw new ParleyException(
                        ErrorCode.INVALID_ARGUMENT,
                        "a filter that begins with a wildcard reads best effort topics only");
            }
            return (node, handler) -> node.subscribeAll(all.text(), message -> {
                if (!message.subject().startsWith("_")) {
                    handler.handle(message);
                }
            });
        }
        TopicReader<byte[]> reader =
                subject.topic(reliable).matching(subject.suffix()).onMissed(output::missed);
        return (node, handler) -> node.subscribe(reader, handler);
    }

    private static void print(Message<byte[]> message, Output output, Tally tally) throws InterruptedException {
        if (tally.begin()) {
            try {
                output.message(message);
                tally.done();
            } catch (UncheckedIOException e) {
                tally.fail(e);
                throw e;
            }
        }
    }
}
