package io.parley.tools;

import io.parley.core.channel.Death;
import io.parley.core.channel.MessageId;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.reliability.JournalDirectory;
import io.parley.reliability.JournalDirectory.Dead;
import io.parley.reliability.JournalDirectory.Entry;
import io.parley.tools.node.ExitCode;
import io.parley.tools.text.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "dead",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Looks after the messages that durable queues gave up.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DeadCommand.Ls.class, DeadCommand.Show.class, DeadRedriveCommand.class, DeadDiscardCommand.class
        })
final class DeadCommand extends CommandGroup {
    /** Where to look, and how to print. */
    static final class Where extends DirectoryOptions {
        /** Shows the dead letters of one queue, or of all. */
        void each(@Nullable String queue, Consumer<Dead> reader) {
            try (JournalDirectory directory = JournalDirectory.look(data())) {
                List<String> queues = queue != null
                        ? List.of(queue)
                        : directory.queues(Instant.now()).stream()
                                .map(JournalDirectory.Queue::name)
                                .toList();
                queues.forEach(name -> directory.deadLetters(name, reader));
            }
        }
    }

    private static Json asJson(Dead dead) {
        Death death = dead.death();
        Json line = Json.object()
                .put("id", dead.id().toString())
                .put("queue", dead.id().channel().name())
                .put("reason", death.reason().name())
                .put("at", death.at().toString())
                .put("attempts", death.attempts())
                .put("deaths", death.deaths())
                .put("cause", death.cause())
                .payload(Where.payload(dead.message()));
        String key = dead.message().key();
        return key == null ? line : line.put("key", key);
    }

    private static String asText(Dead dead) {
        Death death = dead.death();
        return dead.id() + " " + death.at() + " " + death.reason() + ", " + death.attempts() + " attempts, "
                + death.deaths() + " deaths: " + death.cause();
    }

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class,
            description = {
                "Lists the dead letters of a queue, or of all queues, one a line, in the order in which they died.",
                "A node may be using the directory: what it writes meanwhile may be seen or not."
            })
    static final class Ls implements Callable<Integer> {
        @Parameters(index = "0", arity = "0..1", paramLabel = "QUEUE", description = "Default: all queues.")
        private @Nullable String queue;

        @Mixin
        private Where where;

        @Override
        public Integer call() {
            where.each(
                    queue,
                    dead -> Output.stdout().line(where.json() ? asJson(dead).toString() : asText(dead)));
            return ExitCode.SUCCESS;
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class,
            description = {
                "Shows all that is known of a dead letter. Ends with 1 when there is none.",
                "A node may be using the directory."
            })
    static final class Show implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = DeadLetterId.DESCRIPTION)
        private String id;

        @Mixin
        private Where where;

        private boolean found;

        @Override
        public Integer call() {
            DeadLetterId wanted = DeadLetterId.parse(id);
            where.each(wanted.queue(), dead -> {
                if (wanted.is(dead.id())) {
                    found = true;
                    print(dead);
                }
            });
            if (!found) {
                throw new ParleyException(
                        ErrorCode.DEAD_LETTER,
                        "there is no dead letter " + id + " in " + where.data() + "; see dead ls");
            }
            return ExitCode.SUCCESS;
        }

        private void print(Dead dead) {
            if (where.json()) {
                Output.stdout().line(all(dead).toString());
                return;
            }
            Entry message = dead.message();
            StringBuilder text =
                    new StringBuilder(asText(dead)).append("\n  sent: ").append(time(message.time()));
            if (!message.subject().isEmpty()) {
                text.append("\n  subject: ").append(subject(dead.id(), message));
            }
            if (message.key() != null) {
                text.append("\n  key: ").append(message.key());
            }
            message.expiry().ifPresent(time -> text.append("\n  expiry: ").append(time(time)));
            message.headers()
                    .forEach((name, value) ->
                            text.append("\n  header ").append(name).append(": ").append(value));
            for (Death.Failure failure : dead.death().failures()) {
                text.append("\n  ").append(failure.at()).append(' ').append(kind(failure));
                text.append(": ").append(failure.cause());
            }
            Output.stdout().line(text + "\n  payload, " + message.payload().remaining() + " bytes:");
            Output.stdout().line(Where.payload(message));
        }

        private static Json all(Dead dead) {
            Entry message = dead.message();
            Json line = asJson(dead).put("sent", time(message.time())).put("subject", subject(dead.id(), message));
            message.expiry().ifPresent(time -> line.put("expiry", time(time)));
            Json headers = Json.object();
            message.headers().forEach(headers::put);
            List<Json> failures = dead.death().failures().stream()
                    .map(failure -> Json.object()
                            .put("at", failure.at().toString())
                            .put("kind", kind(failure))
                            .put("cause", failure.cause()))
                    .toList();
            return line.put("headers", headers).put("failures", failures);
        }

        private static String subject(MessageId id, Entry message) {
            String channel = id.channel().name();
            return message.subject().isEmpty() ? channel : channel + "." + message.subject();
        }

        private static String time(long millis) {
            return Instant.ofEpochMilli(millis).toString();
        }

        private static String kind(Death.Failure failure) {
            return failure.kind().name().toLowerCase(Locale.ROOT);
        }
    }
}
