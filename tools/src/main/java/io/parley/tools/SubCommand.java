package io.parley.tools;

import io.parley.core.Handler;
import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Topic;
import io.parley.core.TopicReader;
import io.parley.core.channel.Filter;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Start;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.NodeOptions;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

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

    @Option(
            names = "--reliable",
            description =
                    "Read as a topic whose publishers send with --reliable. Without it that is found out from the first"
                            + " publisher.")
    private boolean reliable;

    @Option(
            names = "--durable",
            paramLabel = "NAME",
            description = "Read a topic whose publishers send with --durable. They remember under this name what was"
                    + " handled: who reads under it next, in another run too, goes on there. One process at a time.")
    private @Nullable String durable;

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            defaultValue = "new",
            converter = StartConverter.class,
            description =
                    "Where a reader begins that a publisher does not know: new, earliest, last:N, or since:TIME, for"
                            + " example since:2026-03-01T09:30:00Z. Default: ${DEFAULT-VALUE}.")
    private Start from = Start.NEW;

    @Mixin
    private NodeOptions options;

    private final AtomicBoolean adapted = new AtomicBoolean();

    @Override
    public Integer call() throws Exception {
        if (count < 0) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "--count=" + count + ", expected >= 0");
        }
        Tally tally = new Tally(count);
        Output output = new Output(options.json());
        BiConsumer<Node, Handler<byte[]>> subscribing = subscribing(output);
        Events events = new Events();
        try (Node node = options.open("sub", events)) {
            try (Ending ending = Ending.onSignal(() -> {
                node.close();
                return tally.interrupted();
            })) {
                Handler<byte[]> handler = message -> print(message, output, tally);
                events.listen(event -> adapt(event, node, handler, output));
                subscribing.accept(node, handler);
                return tally.await(options.timeout());
            }
        }
    }

    /** Checks the filter before anything is opened. */
    private BiConsumer<Node, Handler<byte[]>> subscribing(Output output) {
        PubCommand.Subject subject = PubCommand.Subject.parse(filter);
        if (subject.channel().equals("*") || subject.channel().equals("#")) {
            Filter all = new Filter(filter);
            if (mode() != Mode.BEST_EFFORT || !from.equals(Start.NEW)) {
                throw new ParleyException(
                        ErrorCode.INVALID_ARGUMENT,
                        "a filter that begins with a wildcard reads best effort topics only, and what is new there");
            }
            return (node, handler) -> node.subscribeAll(all.text(), message -> {
                if (!message.subject().startsWith("_")) {
                    handler.handle(message);
                }
            });
        }
        TopicReader<byte[]> reader = reader(subject, mode(), output);
        return (node, handler) -> node.subscribe(reader, handler);
    }

    private Mode mode() {
        if (durable != null && reliable) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "--durable is more than --reliable: name one");
        }
        return durable != null ? Mode.DURABLE : reliable ? Mode.RELIABLE : Mode.BEST_EFFORT;
    }

    private TopicReader<byte[]> reader(PubCommand.Subject subject, Mode mode, Output output) {
        Topic<byte[]> topic = subject.topic(mode);
        TopicReader<byte[]> reader = durable == null ? topic.reader() : topic.reader(durable);
        return reader.matching(subject.suffix()).from(from).onMissed(output::missed);
    }

    /** A publisher whose mode is the other one refused this reader: reads reliably from now on, too. */
    private void adapt(NodeEvent event, Node node, Handler<byte[]> handler, Output output) {
        PubCommand.Subject subject = PubCommand.Subject.parse(filter);
        if (event.what() == Happening.READER_REFUSED
                && event.channel().equals(subject.channel())
                && event.detail().startsWith("MODE_MISMATCH: mode " + Mode.RELIABLE)
                && mode() == Mode.BEST_EFFORT
                && adapted.compareAndSet(false, true)) {
            node.subscribe(reader(subject, Mode.RELIABLE, output), handler);
        }
    }

    /** Reads what --from names. */
    static final class StartConverter implements ITypeConverter<Start> {
        @Override
        public Start convert(String text) {
            try {
                if (text.startsWith("last:")) {
                    return Start.last(Long.parseLong(text.substring("last:".length())));
                }
                if (text.startsWith("since:")) {
                    return Start.since(OffsetDateTime.parse(text.substring("since:".length()))
                            .toInstant());
                }
            } catch (ParleyException | NumberFormatException | DateTimeParseException e) {
                throw new TypeConversionException("'" + text + "': " + e.getMessage());
            }
            return switch (text) {
                case "new" -> Start.NEW;
                case "earliest" -> Start.EARLIEST;
                default ->
                    throw new TypeConversionException(
                            "'" + text + "', expected new, earliest, last:N or since:TIME, for example"
                                    + " since:2026-03-01T09:30:00Z");
            };
        }
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
