package io.parley.tools;

import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.ExitCode;
import io.parley.tools.node.NodeOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Opens a node on the journals in --data, and gives what waits there to subscribers and workers.",
            "For topics and queues whose sender is not running. Ends when a signal comes."
        })
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions options;

    private static void tell(NodeEvent event) {
        if (event.what() == Happening.MESSAGE_DEAD) {
            System.err.println(ErrorCode.DEAD_LETTER + ": queue " + event.channel() + ": " + event.detail());
        }
    }

    @Override
    public Integer call() throws Exception {
        if (options.data() == null) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "name the directory of the journals with --data DIR");
        }
        Events events = new Events();
        events.listen(ServeCommand::tell);
        try (Node node = options.open("serve", events)) {
            try (Ending ending = Ending.onSignal(() -> {
                node.close();
                return ExitCode.SUCCESS;
            })) {
                List<ChannelSettings> stored = node.stored();
                for (ChannelSettings channel : stored) {
                    node.reopen(channel.id());
                    System.err.println("serving " + channel.id());
                }
                if (stored.isEmpty()) {
                    System.err.println("there is no journal in " + options.data() + " yet: nothing to serve");
                }
                return new Tally(0).await(options.timeout());
            }
        }
    }
}
