package io.parley.tools;

import io.parley.core.DeadLetters;
import io.parley.core.Node;
import io.parley.core.channel.MessageId;
import io.parley.core.error.ErrorCode;
import io.parley.reliability.Journal;
import io.parley.tools.node.ExitCode;
import io.parley.tools.node.Transports;
import io.parley.tools.text.Json;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "discard",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Removes dead letters for ever. No node may be using the directory.",
            "Ends with 1 when one of them was not there."
        })
final class DeadDiscardCommand implements Callable<Integer> {
    @Mixin
    private DeadSelection selection;

    @Option(names = "--data", paramLabel = "DIR", description = "The data directory of the node that sent them.")
    private @Nullable Path data;

    @Option(names = "--json", description = "One object a line.")
    private boolean json;

    private long missing;

    @Override
    public Integer call() {
        Path directory = selection.check(data);
        try (Node node = Node.builder("dead-" + ProcessHandle.current().pid())
                .listen("tcp://127.0.0.1:0") // where nobody looks for it: nothing is given out meanwhile
                .transport(Transports.named(""))
                .delivery(Journal.in(directory))
                .open()) {
            selection.each(node, this::discard);
        }
        return missing == 0 ? ExitCode.SUCCESS : ExitCode.FAILURE;
    }

    private void discard(DeadLetters<byte[]> letters, MessageId id) {
        if (letters.discard(id)) {
            Output.stdout()
                    .line(json ? Json.object().put("discarded", id.toString()).toString() : "discarded " + id);
        } else {
            missing++;
            System.err.println(ErrorCode.DEAD_LETTER + ": there is no dead letter " + id);
        }
    }
}
