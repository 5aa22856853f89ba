package io.parley.tools;

import io.parley.core.Node;
import io.parley.core.Requester;
import io.parley.core.Service;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.ExitCode;
import io.parley.tools.node.NodeOptions;
import io.parley.tools.text.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "request",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Asks a service, one request after the other, and prints one reply per line.",
            "--timeout is how long each request waits for its reply, 10s unless given, and how long --wait lasts."
        })
final class RequestCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
    private String service;

    @Parameters(
            index = "1..*",
            paramLabel = "MESSAGE",
            description =
                    "What to ask, as UTF-8. None: one request per line of standard input, unless --size is given.")
    private List<String> messages = new ArrayList<>();

    @Mixin
    private PayloadOptions payload;

    @Option(
            names = "--wait",
            paramLabel = "N",
            description = "Wait until so many repliers are known, within --timeout.")
    private int wait;

    @Option(
            names = "--idempotent",
            description = "When a replier is lost after it was asked, ask another one: the request may run twice.")
    private boolean idempotent;

    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() throws Exception {
        payload.check(messages);
        if (wait < 0) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "--wait=" + wait + ", expected >= 0");
        }
        Service<byte[], byte[]> asked = Service.of(service, Codec.bytes(), Codec.bytes());
        Duration timeout = options.timeout();
        asked = timeout == null ? asked : asked.deadline(timeout);
        asked = idempotent ? asked.idempotent() : asked;
        try (Node node = options.open("request", new Events())) {
            try (Ending ending = Ending.onSignal(() -> {
                node.close();
                return ExitCode.FAILURE;
            })) {
                Requester<byte[], byte[]> requester = node.requester(asked);
                if (wait > 0) {
                    requester.awaitRepliers(wait, options.patience());
                }
                Payloads payloads = payload.payloads(messages);
                for (byte[] next = payloads.next(); next != null; next = payloads.next()) {
                    print(requester.call(next));
                }
                return ExitCode.SUCCESS;
            }
        }
    }

    private void print(byte[] reply) {
        if (options.json()) {
            Output.stdout().line(Json.object().payload(reply).toString());
        } else {
            Output.stdout().line(reply);
        }
    }
}
