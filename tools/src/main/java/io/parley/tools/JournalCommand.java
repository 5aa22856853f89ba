package io.parley.tools;

import io.parley.reliability.JournalDirectory;
import io.parley.reliability.JournalDirectory.Damaged;
import io.parley.reliability.JournalDirectory.Entry;
import io.parley.reliability.JournalDirectory.State;
import io.parley.tools.node.ExitCode;
import io.parley.tools.text.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Looks after the journals of a data directory.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {JournalCommand.Verify.class, JournalCommand.Dump.class, JournalCommand.Repair.class})
final class JournalCommand extends CommandGroup {
    private static String holder(String what) {
        return "parley journal " + what + ", process " + ProcessHandle.current().pid();
    }

    /** Where to look, and how to say what is there. */
    static final class Survey extends DirectoryOptions {
        /** Tells how a log is; returns the exit code that this means. */
        int tell(String log, State state) {
            for (Damaged damaged : state.damaged()) {
                for (long lsn = damaged.from(); lsn <= damaged.to(); lsn++) {
                    Output.stdout().line(damaged(log, damaged.file(), lsn));
                }
            }
            Output.stdout().line(json() ? asJson(log, state).toString() : asText(log, state));
            return state.damaged().isEmpty() ? ExitCode.SUCCESS : ExitCode.FAILURE;
        }

        private String damaged(String log, String file, long lsn) {
            return json()
                    ? Json.object()
                            .put("damaged", lsn)
                            .put("log", log)
                            .put("file", file)
                            .toString()
                    : log + ": " + lsn + " is damaged, in " + file;
        }

        private static Json asJson(String log, State state) {
            return Json.object()
                    .put("log", log)
                    .put("records", state.records())
                    .put("first", state.firstLsn())
                    .put("end", state.endLsn())
                    .put("damagedRecords", count(state))
                    .put("torn", state.torn());
        }

        private static String asText(String log, State state) {
            String range = state.records() == 0 ? "" : ", from " + state.firstLsn() + " to " + (state.endLsn() - 1);
            String torn = state.torn() ? "; its end was torn by a crash, and had been confirmed to nobody" : "";
            return log + ": " + state.records() + " records" + range + "; " + count(state) + " damaged" + torn;
        }

        private static long count(State state) {
            return state.damaged().stream()
                    .mapToLong(d -> d.to() - d.from() + 1)
                    .sum();
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class,
            description = {
                "Reads all that is in the journals, and names each record that is damaged.",
                "Ends with 1 when there is one. Changes nothing. No node may use the directory."
            })
    static final class Verify implements Callable<Integer> {
        @Mixin
        private Survey survey;

        @Override
        public Integer call() {
            int code = ExitCode.SUCCESS;
            try (JournalDirectory directory = JournalDirectory.take(survey.data(), holder("verify"))) {
                for (String log : directory.logs()) {
                    code = Math.max(code, survey.tell(log, directory.check(log)));
                }
            }
            return code;
        }
    }

    @Command(
            name = "dump",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class,
            description = {
                "Prints the records of a journal, one payload per line; also while a node uses it.",
                "Records that are damaged are named on standard error; then it ends with 1."
            })
    static final class Dump implements Callable<Integer> {
        @Mixin
        private Survey survey;

        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "LOG",
                description =
                        "A name that verify prints, or the channel that is its end. Default: the only one there is.")
        private @Nullable String name;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (JournalDirectory directory = JournalDirectory.look(survey.data())) {
                State state = directory.read(log(directory.logs()), this::print);
                for (Damaged damaged : state.damaged()) {
                    System.err.println("JOURNAL_DAMAGED: " + damaged.from() + " to " + damaged.to() + ", in "
                            + damaged.file() + "; when no node uses the directory, see 'journal verify'");
                }
                return state.damaged().isEmpty() ? ExitCode.SUCCESS : ExitCode.FAILURE;
            }
        }

        private String log(List<String> logs) {
            String wanted = name;
            List<String> found = new ArrayList<>();
            for (String log : logs) {
                if (log.equals(wanted)) {
                    return log;
                }
                boolean records = log.startsWith("log-");
                if (records && (wanted == null || log.endsWith("-" + wanted))) {
                    found.add(log);
                }
            }
            if (found.size() != 1) {
                throw new ParameterException(
                        spec.commandLine(),
                        "name one of the journals in " + survey.data() + ": "
                                + (logs.isEmpty() ? "there is none" : logs));
            }
            return found.get(0);
        }

        private void print(Entry entry) {
            byte[] payload = Survey.payload(entry);
            if (!survey.json()) {
                Output.stdout().line(payload);
                return;
            }
            Json line = Json.object()
                    .put("epoch", entry.epoch())
                    .put("lsn", entry.lsn())
                    .put("time", entry.time())
                    .payload(payload);
            if (!entry.subject().isEmpty()) {
                line.put("suffix", entry.subject());
            }
            if (entry.key() != null) {
                line.put("key", entry.key());
            }
            entry.expiry().ifPresent(time -> line.put("expiry", time));
            if (!entry.headers().isEmpty()) {
                Json headers = Json.object();
                entry.headers().forEach(headers::put);
                line.put("headers", headers);
            }
            Output.stdout().line(line.toString());
        }
    }

    @Command(
            name = "repair",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class,
            description = {
                "Keeps every record that is not damaged, and cuts what a crash left half written.",
                "Names what is gone. A copy of each file that is changed stays in DIR/quarantine."
            })
    static final class Repair implements Callable<Integer> {
        @Mixin
        private Survey survey;

        @Option(
                names = "--new-identity",
                description =
                        "Make it the directory of a new node: for a copy, or a backup that peers refuse as stale.")
        private boolean newIdentity;

        @Override
        public Integer call() {
            try (JournalDirectory directory = JournalDirectory.take(survey.data(), holder("repair"))) {
                for (String log : directory.logs()) {
                    survey.tell(log, directory.repair(log));
                }
                if (newIdentity) {
                    System.err.println("its node is " + directory.newIdentity() + " now");
                }
            }
            return ExitCode.SUCCESS;
        }
    }
}
