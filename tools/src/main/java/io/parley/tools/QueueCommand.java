package io.parley.tools;

import io.parley.core.Peer;
import io.parley.core.channel.ChannelId;
import io.parley.reliability.JournalDirectory;
import io.parley.tools.node.ExitCode;
import io.parley.tools.node.Inquiry;
import io.parley.tools.node.NodeOptions;
import io.parley.tools.text.Json;
import io.parley.tools.text.JsonReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "queue",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Says what is queued where.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {QueueCommand.Ls.class, QueueCommand.Show.class})
final class QueueCommand extends CommandGroup {
    /** What the nodes are asked for: every channel on which they send. */
    private static final String ALL = "*";

    private static final String KIND = "queue ";

    /** Asks the nodes of the group for their queues, or looks into a data directory. */
    static final class Survey {
        @Mixin
        private NodeOptions options;

        int of(String channel, Predicate<String> wanted, Detail detail) throws Exception {
            Path data = options.data();
            return data == null ? asked(channel, wanted, detail) : stored(data, wanted);
        }

        private int stored(Path data, Predicate<String> wanted) {
            Instant now = Instant.now();
            try (JournalDirectory directory = JournalDirectory.look(data)) {
                List<JournalDirectory.Queue> queues = directory.queues(now).stream()
                        .filter(queue -> wanted.test(queue.name()))
                        .toList();
                queues.forEach(queue -> print(queue, now));
                return found(!queues.isEmpty(), "in " + data);
            }
        }

        private void print(JournalDirectory.Queue queue, Instant now) {
            long age = queue.oldest()
                    .map(sent -> Math.max(0, Duration.between(sent, now).toMillis()))
                    .orElse(-1L);
            if (options.json()) {
                Json line = Json.object()
                        .put("queue", queue.name())
                        .put("waiting", queue.waiting())
                        .put("later", queue.later())
                        .put("failures", queue.failures())
                        .put("deadLetters", queue.deadLetters());
                Output.stdout().line((age < 0 ? line : line.put("oldestMillis", age)).toString());
                return;
            }
            Output.stdout()
                    .line(queue.name() + ": " + queue.waiting() + " waiting, " + queue.later() + " of them later, "
                            + queue.failures() + " failures; " + queue.deadLetters() + " dead letters" + oldest(age));
        }

        private int asked(String channel, Predicate<String> wanted, Detail detail) throws Exception {
            return Inquiry.run(options, "queue", channel, inquiry -> {
                int code = inquiry.answered();
                if (code != ExitCode.SUCCESS) {
                    return code;
                }
                boolean any = false;
                for (Peer peer : inquiry.peers()) {
                    any |= print(peer, inquiry.answer(peer), wanted, detail);
                }
                return found(any, "at the nodes that answered");
            });
        }

        private static int found(boolean any, String where) {
            if (!any) {
                System.err.println("there is no such queue " + where);
            }
            return any ? ExitCode.SUCCESS : ExitCode.FAILURE;
        }

        private boolean print(
                Peer peer, @Nullable Map<String, Object> answer, Predicate<String> wanted, Detail detail) {
            if (answer == null) {
                System.err.println(peer.name() + " (" + peer.id().brief() + "): " + peer.state() + ", does not answer");
                return false;
            }
            boolean any = false;
            for (Map<String, Object> entry : JsonReader.objects(answer, "channels")) {
                String channel = JsonReader.text(entry, "channel");
                boolean sends = entry.get("facts") instanceof Map<?, ?> facts && facts.containsKey("waiting");
                if (channel.startsWith(KIND) && sends && wanted.test(channel.substring(KIND.length()))) {
                    any = true;
                    Output.stdout()
                            .line(
                                    options.json()
                                            ? asJson(peer, entry, detail).toString()
                                            : asText(peer, entry, detail));
                }
            }
            return any;
        }

        private static String queue(Map<String, Object> entry) {
            return JsonReader.text(entry, "channel").substring(KIND.length());
        }

        private static long fact(Map<String, Object> entry, String name) {
            Object value = entry.get("facts") instanceof Map<?, ?> facts ? facts.get(name) : null;
            return value == null || value.toString().isEmpty() ? -1 : Long.parseLong(value.toString());
        }

        private static Json asJson(Peer peer, Map<String, Object> entry, Detail detail) {
            Json line = Json.object()
                    .put("node", peer.name())
                    .put("nodeId", peer.id().toString())
                    .put("queue", queue(entry))
                    .put("mode", JsonReader.text(entry, "mode"))
                    .put("waiting", fact(entry, "waiting"))
                    .put("leased", fact(entry, "outstanding"))
                    .put("later", fact(entry, "later"))
                    .put("dead", fact(entry, "dead"));
            for (String optional : List.of("failures", "deadLetters", "oldestMillis")) {
                if (fact(entry, optional) >= 0) {
                    line.put(optional, fact(entry, optional));
                }
            }
            line.put("workers", JsonReader.texts(entry, "readers"));
            return detail == Detail.ALL ? line.put("messages", JsonReader.texts(entry, "messages")) : line;
        }

        private static String asText(Peer peer, Map<String, Object> entry, Detail detail) {
            StringBuilder text =
                    new StringBuilder(peer.name() + " (" + peer.id().brief() + "): " + queue(entry) + ", "
                            + JsonReader.text(entry, "mode") + ": " + fact(entry, "waiting") + " waiting, "
                            + fact(entry, "outstanding") + " leased, " + fact(entry, "later") + " later, "
                            + Math.max(0, fact(entry, "failures")) + " failures; " + fact(entry, "dead")
                            + " given up in this run, " + Math.max(0, fact(entry, "deadLetters")) + " dead letters"
                            + oldest(fact(entry, "oldestMillis")));
            for (String worker : JsonReader.texts(entry, "readers")) {
                text.append("\n  worker: ").append(worker);
            }
            if (detail == Detail.ALL) {
                JsonReader.texts(entry, "messages")
                        .forEach(line -> text.append("\n  message ").append(line));
            }
            return text.toString();
        }

        private static String oldest(long millis) {
            return millis < 0 ? "" : "; the oldest was sent " + Duration.ofMillis(millis) + " ago";
        }
    }

    /** How much of a queue is printed. */
    enum Detail {
        COUNTS,
        ALL
    }

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class,
            sortOptions = false,
            description = {
                "Lists queues, one a line: how many messages wait, are leased and by whom, wait for another try; how old the"
                        + " oldest is; how many are dead.",
                "Asks every node that it reaches. With --data it looks into a directory, whether a node uses it or not."
            })
    static final class Ls implements Callable<Integer> {
        @Mixin
        private Survey survey;

        @Override
        public Integer call() throws Exception {
            return survey.of(ALL, name -> true, Detail.COUNTS);
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class,
            sortOptions = false,
            description = "The same for one queue, with messages that somebody holds, or that were tried in vain.")
    static final class Show implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "QUEUE", description = "The queue.")
        private String queue;

        @Mixin
        private Survey survey;

        @Override
        public Integer call() throws Exception {
            ChannelId.checkName(queue);
            return survey.of(queue, queue::equals, Detail.ALL);
        }
    }
}
