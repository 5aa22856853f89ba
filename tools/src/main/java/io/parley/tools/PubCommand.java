package io.parley.tools;

import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.DurableOptions.Until;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.NodeOptions;
import io.parley.tools.text.LineSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pub",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Publishes messages on a topic.",
            "Best effort: ends when what was sent is written; the oldest messages go when subscribers are too slow, and"
                    + " these are told. With --reliable it waits instead, and ends when every subscriber has handled"
                    + " every message. With --durable they are kept on disk, and it ends when every durable reader that"
                    + " is known has handled them."
        })
final class PubCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SUBJECT", description = "The topic, and what follows the first dot.")
    private String subject;

    @Parameters(
            index = "1..*",
            paramLabel = "MESSAGE",
            description = "What to send, as UTF-8. None: one message per line of standard input.")
    private List<String> messages = new ArrayList<>();

    @Mixin
    private SendOptions send;

    @Option(names = "--reliable", description = "Keep each message until every subscriber has handled it.")
    private boolean reliable;

    @Mixin
    private DurableOptions keep;

    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() throws Exception {
        send.check(messages);
        keep.check(options);
        Subject target = Subject.parse(subject);
        Mode mode = mode();
        Topic<byte[]> topic = target.topic(mode);
        if (mode != Mode.BEST_EFFORT) {
            topic = topic.whenFull(Overflow.block(SendRun.FOR_EVER));
        }
        outgoing(target, new byte[0]);
        Events events = new Events();
        try (Node node = options.open("pub", events)) {
            Publisher<byte[]> publisher = node.publisher(topic);
            SendRun run = new SendRun(publisher, mode, payload -> outgoing(target, payload), send.pace());
            try (Ending ending = Ending.onSignal(() -> {
                node.close();
                return run.interrupted(events.count(Happening.LOST_AT_CLOSE));
            })) {
                awaitSubscribers(node, events, publisher);
                LineSink out = options.json() ? Output.stdout() : null;
                return run.all(send.payloads(messages), out, () -> keep.until() != Until.journaled);
            }
        }
    }

    private Mode mode() {
        if (keep.durable() && reliable) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "--durable is more than --reliable: name one");
        }
        return keep.durable() ? Mode.DURABLE : reliable ? Mode.RELIABLE : Mode.BEST_EFFORT;
    }

    private Outgoing<byte[]> outgoing(Subject target, byte[] payload) {
        Outgoing<byte[]> outgoing = Outgoing.of(payload).subject(target.suffix());
        Duration ttl = send.ttl();
        return ttl == null ? outgoing : outgoing.ttl(ttl);
    }

    /** Without --wait, peers get a moment: else the first message would be gone before the link is up. */
    private void awaitSubscribers(Node node, Events events, Publisher<byte[]> publisher) throws InterruptedException {
        if (send.receivers() > 0) {
            publisher.awaitSubscribers(send.receivers(), options.patience());
        } else {
            FirstMoment.give(options, node, events, moment -> publisher.awaitSubscribers(1, moment));
        }
        if (publisher.stats().readers() == 0) {
            System.err.println(
                    keep.durable()
                            ? "nobody subscribes yet; it is kept in " + options.data()
                            : "nobody subscribes yet; --wait 1 waits until somebody does");
        }
    }

    /** A subject, split at its first dot. */
    record Subject(String channel, String suffix) {
        static Subject parse(String text) {
            int dot = text.indexOf('.');
            return dot < 0 ? new Subject(text, "") : new Subject(text.substring(0, dot), text.substring(dot + 1));
        }

        Topic<byte[]> topic(Mode mode) {
            Topic<byte[]> topic = Topic.of(channel, Codec.bytes());
            return switch (mode) {
                case BEST_EFFORT -> topic;
                case RELIABLE -> topic.reliable();
                case DURABLE -> topic.durable();
            };
        }
    }
}
