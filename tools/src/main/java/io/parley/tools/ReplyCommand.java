package io.parley.tools;

import io.parley.core.Node;
import io.parley.core.Service;
import io.parley.core.ServiceReplier;
import io.parley.core.codec.Codec;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.ExitCode;
import io.parley.tools.node.NodeOptions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reply",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = "Answers the requests of a service until it is ended, or for --timeout.")
final class ReplyCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
    private String service;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Answer answer;

    /** How requests are answered. */
    static final class Answer {
        @SuppressWarnings("unused") // One of the two is given; where it is not the other one, it is this.
        @Option(names = "--echo", description = "Answer with the request itself.")
        private boolean echo;

        @Option(
                names = "--exec",
                paramLabel = "CMD",
                description = "Run a shell command for each request: its input is the request, its output the reply,"
                        + " without the last line break. An exit code other than 0 is a failure.")
        private @Nullable String command;
    }

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "1",
            description = "Work on so many requests at once. Default: ${DEFAULT-VALUE}.")
    private int concurrency;

    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() throws Exception {
        ServiceReplier<byte[], byte[]> replier =
                Service.of(service, Codec.bytes(), Codec.bytes()).concurrency(concurrency);
        String command = answer.command;
        try (Node node = options.open("reply", new Events())) {
            try (Ending ending = Ending.onSignal(() -> {
                node.close();
                return ExitCode.SUCCESS;
            })) {
                node.reply(replier, request -> command == null ? request : ShellReply.run(command, request));
                System.err.println("serving " + service);
                return new Tally(0).await(options.timeout());
            }
        }
    }
}
