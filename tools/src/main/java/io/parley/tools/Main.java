package io.parley.tools;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.node.Ending;
import io.parley.tools.node.ExitCode;
import io.parley.tools.text.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Parley's command line. */
@Command(
        name = "parley",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Messaging between processes, without a server in between.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:success",
            "1:failure; the reason is on standard error and begins with its code",
            "2:wrong use",
            "3:time-out"
        })
public final class Main implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            PubCommand.class,
            SubCommand.class,
            PushCommand.class,
            PullCommand.class,
            RequestCommand.class,
            ReplyCommand.class,
            PeersCommand.class,
            ExplainCommand.class,
            DoctorCommand.class,
            ServeCommand.class,
            QueueCommand.class,
            DeadCommand.class,
            JournalCommand.class,
            DemoCommand.class,
            BenchCommand.class);

    @Spec
    private CommandSpec spec;

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Ending.arm();
        int code = commandLine(arguments).execute(arguments);
        Ending.disarm();
        System.exit(code);
    }

    /** What understands these arguments. To look at all the options of one command takes a while, so only who needs all does. */
    static CommandLine commandLine(String... arguments) {
        CommandLine commandLine = new CommandLine(new Main());
        Optional<Class<?>> named = COMMANDS.stream()
                .filter(command -> arguments.length > 0 && name(command).equals(arguments[0]))
                .findFirst();
        named.map(List::<Class<?>>of).orElse(COMMANDS).forEach(commandLine::addSubcommand);
        commandLine.registerConverter(Duration.class, Main::duration);
        commandLine.setParameterExceptionHandler(Main::wrongUse);
        commandLine.setExecutionExceptionHandler((error, failed, result) -> failed(error, failed.getErr()));
        return commandLine;
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }

    private static Duration duration(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int wrongUse(ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("WRONG_USE: " + error.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(error, err)) {
            command.usage(err);
        }
        return ExitCode.WRONG_USE;
    }

    /** An error begins with its code. What was cut off by a signal is none: the signal decides how the process ends. */
    private static int failed(Exception error, PrintWriter err) {
        if (Ending.bySignal()) {
            return ExitCode.FAILURE;
        }
        if (error instanceof ParleyException known) {
            err.println(known.code() + ": " + known.getMessage());
            return ExitCode.of(known.code());
        }
        if (error instanceof IOException || error instanceof UncheckedIOException) {
            err.println("IO_FAILED: " + error.getMessage());
            return ExitCode.FAILURE;
        }
        err.println(ErrorCode.INTERNAL + ": " + error);
        error.printStackTrace(err);
        return ExitCode.FAILURE;
    }

    /** The version that was built in. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
                if (in != null) {
                    properties.load(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
                }
            }
            return new String[] {"parley " + properties.getProperty("version", "unknown")};
        }
    }
}
