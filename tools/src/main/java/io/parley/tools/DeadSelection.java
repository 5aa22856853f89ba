package io.parley.tools;

import io.parley.core.DeadLetters;
import io.parley.core.Node;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Kind;
import io.parley.core.channel.MessageId;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.reliability.JournalDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which dead letters are meant. */
final class DeadSelection {
    @Parameters(index = "0..*", paramLabel = "ID", description = DeadLetterId.DESCRIPTION)
    private List<String> texts = new ArrayList<>();

    @Option(names = "--all", paramLabel = "QUEUE", description = "All that this queue gave up.")
    private @Nullable String queue;

    private final List<DeadLetterId> ids = new ArrayList<>();

    /** Checked before anything is opened, as far as it can be. Returns the directory. */
    Path check(@Nullable Path data) {
        if (data == null) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "name the data directory of the node that sent them with --data DIR");
        }
        if (texts.isEmpty() == (queue == null)) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "name dead letters by their ids, or all of a queue with --all QUEUE");
        }
        texts.forEach(text -> ids.add(DeadLetterId.parse(text)));
        if (queue != null) {
            ChannelId.checkName(queue);
        }
        JournalDirectory.look(data).close();
        return data;
    }

    /** What is done with a letter. */
    interface Act {
        void on(DeadLetters<byte[]> letters, MessageId id);
    }

    /** Does something with each of them. */
    void each(Node node, Act act) {
        String all = queue;
        if (all == null) {
            ids.forEach(id -> act.on(node.deadLetters(id.channel()), id.at(node.id())));
            return;
        }
        DeadLetters<byte[]> letters = node.deadLetters(new ChannelId(Kind.QUEUE, all));
        List<MessageId> found = new ArrayList<>();
        letters.forEach(letter -> found.add(letter.message().id()));
        found.forEach(id -> act.on(letters, id));
    }

    /** The queues that they are of. */
    List<ChannelId> queues() {
        String all = queue;
        return all != null
                ? List.of(new ChannelId(Kind.QUEUE, all))
                : ids.stream().map(DeadLetterId::channel).distinct().toList();
    }
}
