package io.parley.tools;

import io.parley.core.DeadLetter;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Pusher;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.tools.DurableOptions.Until;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.ExitCode;
import io.parley.tools.node.NodeOptions;
import io.parley.tools.text.LineSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "push",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Pushes messages to a work queue.",
            "Ends when every message was processed, however long that takes: without workers they wait. With --durable"
                    + " they wait on disk, and it ends when all are in the journal while there is no worker."
        })
final class PushCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "QUEUE", description = "The queue.")
    private String queue;

    @Parameters(
            index = "1..*",
            paramLabel = "MESSAGE",
            description = "What to send, as UTF-8. None: one message per line of standard input.")
    private List<String> messages = new ArrayList<>();

    @Mixin
    private SendOptions send;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Messages with the same key run one after another, in order.")
    private @Nullable String key;

    @Mixin
    private DurableOptions keep;

    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() throws Exception {
        send.check(messages);
        keep.check(options);
        WorkQueue<byte[]> plain = WorkQueue.of(queue, Codec.bytes()).whenFull(Overflow.block(SendRun.FOR_EVER));
        WorkQueue<byte[]> work = keep.durable() ? plain.durable() : plain;
        outgoing(new byte[0]);
        Events events = new Events();
        try (Node node = options.open("push", events)) {
            Pusher<byte[]> pusher = node.pusher(work);
            SendRun run = new SendRun(pusher, work.settings().mode(), this::outgoing, send.pace());
            if (keep.durable() || !options.json()) {
                pusher.onDead(dead -> run.failed(describe(dead)));
            }
            try (Ending ending = Ending.onSignal(() -> {
                node.close();
                return run.interrupted(events.count(Happening.LOST_AT_CLOSE));
            })) {
                if (send.receivers() > 0) {
                    pusher.awaitWorkers(send.receivers(), options.patience());
                }
                LineSink out = options.json() ? Output.stdout() : null;
                int code = run.all(send.payloads(messages), out, () -> stays(node, events, pusher));
                // the listener of dead letters may still be on its way
                return events.count(Happening.MESSAGE_DEAD) > 0 ? ExitCode.FAILURE : code;
            }
        }
    }

    /** Whether it waits until all is processed, now that all is in the journal. */
    private boolean stays(Node node, Events events, Pusher<byte[]> pusher) throws InterruptedException {
        if (keep.until() != null) {
            return keep.until() == Until.processed;
        }
        FirstMoment.give(options, node, events, moment -> pusher.awaitWorkers(1, moment));
        boolean known = pusher.stats().readers() > 0;
        if (!known) {
            System.err.println("no worker is there; what waits is in " + options.data()
                    + ": 'serve --data', or the next run, gives it out");
        }
        return known;
    }

    private static String describe(DeadLetter<byte[]> dead) {
        return ErrorCode.DEAD_LETTER + ": message " + dead.message().id() + " was given up after " + dead.attempts()
                + " attempts and " + dead.deaths() + " deaths: " + dead.cause();
    }

    private Outgoing<byte[]> outgoing(byte[] payload) {
        Outgoing<byte[]> outgoing = Outgoing.of(payload);
        if (key != null) {
            outgoing = outgoing.key(key);
        }
        Duration ttl = send.ttl();
        return ttl == null ? outgoing : outgoing.ttl(ttl);
    }
}
