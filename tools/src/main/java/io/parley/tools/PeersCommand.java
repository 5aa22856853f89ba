package io.parley.tools;

import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.Peer;
import io.parley.tools.node.Ending;
import io.parley.tools.node.Events;
import io.parley.tools.node.ExitCode;
import io.parley.tools.node.Inquiry;
import io.parley.tools.node.NodeOptions;
import io.parley.tools.text.Json;
import io.parley.tools.text.JsonReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "peers",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Lists the nodes that link with this one, and whom they know.",
            "Who does not answer in time is listed too."
        })
final class PeersCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions options;

    @Option(
            names = "--watch",
            description = "Tell who joins, changes, is suspected and leaves, until a signal or --timeout ends it.")
    private boolean watch;

    @Override
    public Integer call() throws Exception {
        return watch ? watch() : list();
    }

    private int watch() throws InterruptedException {
        Events events = new Events();
        events.listen(this::tell);
        try (Node node = options.open("peers", events);
                Ending ending = Ending.onSignal(() -> {
                    node.close();
                    return ExitCode.SUCCESS;
                })) {
            Duration timeout = options.timeout();
            events.await(() -> false, timeout == null ? SendRun.FOR_EVER : timeout);
            return ExitCode.SUCCESS;
        }
    }

    private void tell(NodeEvent event) {
        String what = switch (event.what()) {
            case PEER_JOINED -> "JOINED";
            case PEER_BACK -> "BACK";
            case PEER_UPDATED -> "UPDATED";
            case PEER_SUSPECT -> "SUSPECT";
            case PEER_LOST, PEER_LEFT -> "LEFT";
            default -> "";
        };
        if (!what.isEmpty()) {
            Output.stdout()
                    .line(
                            options.json()
                                    ? Json.object()
                                            .put("event", what)
                                            .put("name", event.peer())
                                            .put("detail", event.detail())
                                            .toString()
                                    : what + " " + event.peer() + ": " + event.detail());
        }
    }

    private int list() throws Exception {
        return Inquiry.run(options, "peers", "", inquiry -> {
            List<Peer> peers = inquiry.peers();
            peers.forEach(peer -> print(peer, inquiry.answer(peer)));
            return peers.isEmpty() ? none() : ExitCode.SUCCESS;
        });
    }

    private static int none() {
        System.err.println("TIMEOUT: nobody was there; see what doctor says, or name nodes with --peer");
        return ExitCode.TIMEOUT;
    }

    private void print(Peer peer, @Nullable Map<String, Object> answer) {
        List<Map<String, Object>> known = answer == null ? List.of() : JsonReader.objects(answer, "peers");
        if (options.json()) {
            List<Json> knows = new ArrayList<>();
            for (Map<String, Object> other : known) {
                knows.add(Json.object()
                        .put("name", JsonReader.text(other, "name"))
                        .put("id", JsonReader.text(other, "id"))
                        .put("state", JsonReader.text(other, "state")));
            }
            Output.stdout()
                    .line(Json.object()
                            .put("name", peer.name())
                            .put("id", peer.id().toString())
                            .put("state", peer.state().name())
                            .put("endpoints", peer.endpoints())
                            .put("answered", answer != null)
                            .put("knows", knows)
                            .toString());
            return;
        }
        String knows = answer == null
                ? "does not answer"
                : "knows "
                        + known.stream()
                                .map(other -> JsonReader.text(other, "name"))
                                .toList();
        Output.stdout()
                .line(peer.name() + " " + peer.id().brief() + " " + peer.state() + " " + peer.endpoints() + " "
                        + knows);
    }
}
