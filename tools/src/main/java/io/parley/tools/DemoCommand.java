package io.parley.tools;

import io.parley.tools.demo.Demo;
import io.parley.tools.node.Ending;
import io.parley.tools.node.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = "Starts five processes that share out work, kills a worker and the one that has the work in its"
                + " journal, and checks that nothing was lost.")
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--transport", paramLabel = "zmq|zmtp", defaultValue = "", description = "What carries the links.")
    private String transport;

    @Override
    public Integer call() throws Exception {
        try (Demo demo = new Demo(transport, Output.stdout()::line);
                Ending ending = Ending.onSignal(() -> {
                    demo.close();
                    return ExitCode.FAILURE;
                })) {
            return demo.run() ? ExitCode.SUCCESS : ExitCode.FAILURE;
        }
    }
}
