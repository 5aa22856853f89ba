package io.parley.tools;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.channel.Filter;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.NodeOptions;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
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
        PubCommand.Subject subject = PubCommand.Subject.parse(filter);
        boolean everything = subject.channel().equals("*") || filter.equals("#");
        if (!everything) {
            subject.topic(reliable).matching(subject.suffix());
        } else if (reliable) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "a filter that begins with a wildcard reads best effort topics only");
        } else {
            Filter.class.cast(new Filter(filter));
        }
        try (Node node = options.open("sub", new Events())) {
            try (Ending ending = Ending.onSignal(() -> {
                node.close();
                return tally.interrupted();
            })) {
                if (everything) {
                    node.subscribeAll(filter, message -> {
                        if (!message.subject().startsWith("_")) {
                            print(message, output, tally);
                        }
                    });
                } else {
                    node.subscribe(
                            subject.topic(reliable).matching(subject.suffix()).onMissed(output::missed),
                            message -> print(message, output, tally));
                }
                return tally.await(options.timeout());
            }
        }
    }

    private static void print(Message<byte[]> message, Output output, Tally tally) {
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
