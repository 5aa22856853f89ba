package io.parley.tools;

import io.parley.core.DeadLetters;
import io.parley.core.Node;
import io.parley.core.Sender;
import io.parley.core.Stage;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Happening;
import io.parley.core.channel.MessageId;
import io.parley.core.error.ErrorCode;
import io.parley.tools.DurableOptions.Until;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.ExitCode;
import io.parley.tools.node.NodeOptions;
import io.parley.tools.text.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "redrive",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Sends dead letters again, under new ids. No other node may be using the directory.",
            "Ends when they were processed or given up again, with 1 in the latter case; while there is no worker when they are"
                    + " in the journal. Then 'serve --data', or the sender's next run, gives them out."
        })
final class DeadRedriveCommand implements Callable<Integer> {
    @Mixin
    private DeadSelection selection;

    @Option(
            names = "--until",
            paramLabel = "journaled|processed",
            description = "End when they are in the journal, or when all that waits in it is processed. Default:"
                    + " processed, but journaled where no worker is known.")
    private @Nullable Until until;

    @Mixin
    private NodeOptions options;

    private long redriven;

    @Override
    public Integer call() throws Exception {
        selection.check(options.data());
        Events events = new Events();
        try (Node node = options.open("dead", events)) {
            try (Ending ending = Ending.onSignal(() -> {
                node.close();
                System.err.println(ErrorCode.INTERRUPTED + ": ended by a signal after " + redriven + " letters");
                return ExitCode.FAILURE;
            })) {
                selection.each(node, this::redrive);
                System.err.println("redriven: " + redriven);
                return redriven == 0 ? ExitCode.SUCCESS : stay(node, events);
            }
        }
    }

    private void redrive(DeadLetters<byte[]> letters, MessageId id) {
        MessageId again = letters.redrive(id);
        redriven++;
        Output.stdout()
                .line(
                        options.json()
                                ? Json.object()
                                        .put("id", again.toString())
                                        .put("redriven", id.toString())
                                        .put("stage", Stage.JOURNALED.name())
                                        .toString()
                                : id + " is " + again + " now");
    }

    private int stay(Node node, Events events) throws InterruptedException {
        List<Sender<byte[]>> senders = new ArrayList<>();
        for (ChannelId queue : selection.queues()) {
            senders.add(node.reopen(queue));
        }
        if (until == Until.journaled || until == null && !hasWorkers(node, events, senders)) {
            return ExitCode.SUCCESS;
        }
        senders.forEach(sender -> sender.flush(Stage.PROCESSED, SendRun.FOR_EVER));
        long dead = events.count(Happening.MESSAGE_DEAD);
        if (dead > 0) {
            System.err.println(ErrorCode.DEAD_LETTER + ": " + dead + " messages were given up again");
        }
        return dead == 0 ? ExitCode.SUCCESS : ExitCode.FAILURE;
    }

    private boolean hasWorkers(Node node, Events events, List<Sender<byte[]>> senders) throws InterruptedException {
        FirstMoment.give(options, node, events, moment -> {
            try {
                events.await(() -> known(senders), moment);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        if (!known(senders)) {
            System.err.println("no worker is there; what waits is in " + options.data()
                    + ": 'serve --data', or the sender's next run, gives it out");
        }
        return known(senders);
    }

    private static boolean known(List<Sender<byte[]>> senders) {
        return senders.stream().allMatch(sender -> sender.stats().readers() > 0);
    }
}
