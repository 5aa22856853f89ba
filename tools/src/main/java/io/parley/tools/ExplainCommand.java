package io.parley.tools;

import io.parley.core.Peer;
import io.parley.core.channel.ChannelId;
import io.parley.tools.node.Inquiry;
import io.parley.tools.node.NodeOptions;
import io.parley.tools.text.Json;
import io.parley.tools.text.JsonReader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Tells what holds for a channel at each node that it reaches: what is promised now, what weakens it, how much"
                    + " waits, who reads and who sends.",
            "Who does not answer in time is listed too."
        })
final class ExplainCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "CHANNEL", description = "The name of a topic or queue.")
    private String channel;

    @Mixin
    private NodeOptions options;

    @Override
    public Integer call() throws Exception {
        ChannelId.checkName(channel);
        return Inquiry.run(options, "explain", channel, inquiry -> {
            inquiry.peers().forEach(peer -> print(peer, inquiry.answer(peer)));
            return inquiry.answered();
        });
    }

    private void print(Peer peer, @Nullable Map<String, Object> answer) {
        if (answer == null) {
            printSilent(peer);
            return;
        }
        List<Map<String, Object>> channels = JsonReader.objects(answer, "channels");
        for (Map<String, Object> entry : channels) {
            if (options.json()) {
                printJson(peer, entry);
            } else {
                printText(peer, entry);
            }
        }
        if (channels.isEmpty()) {
            Output.stdout()
                    .line(
                            options.json()
                                    ? head(peer).put("answered", true).toString()
                                    : title(peer) + ": knows no channel of this name");
        }
    }

    private void printSilent(Peer peer) {
        Output.stdout()
                .line(
                        options.json()
                                ? head(peer).put("answered", false).toString()
                                : title(peer) + ": " + peer.state() + ", does not answer");
    }

    private static Json head(Peer peer) {
        return Json.object()
                .put("node", peer.name())
                .put("nodeId", peer.id().toString())
                .put("state", peer.state().name());
    }

    private static void printJson(Peer peer, Map<String, Object> entry) {
        Json facts = Json.object();
        facts(entry).forEach((name, value) -> facts.put(String.valueOf(name), String.valueOf(value)));
        Output.stdout()
                .line(head(peer)
                        .put("answered", true)
                        .put("channel", JsonReader.text(entry, "channel"))
                        .put("mode", JsonReader.text(entry, "mode"))
                        .put("guarantee", JsonReader.text(entry, "guarantee"))
                        .put("weakenedBy", JsonReader.texts(entry, "weakenedBy"))
                        .put("facts", facts)
                        .put("readers", JsonReader.texts(entry, "readers"))
                        .put("senders", JsonReader.texts(entry, "senders"))
                        .toString());
    }

    private static void printText(Peer peer, Map<String, Object> entry) {
        StringBuilder text = new StringBuilder(title(peer))
                .append(": ")
                .append(JsonReader.text(entry, "channel"))
                .append(", ")
                .append(JsonReader.text(entry, "mode"))
                .append("\n  ")
                .append(JsonReader.text(entry, "guarantee"));
        JsonReader.texts(entry, "weakenedBy")
                .forEach(line -> text.append("\n  weakened: ").append(line));
        facts(entry)
                .forEach((name, value) ->
                        text.append("\n  ").append(name).append(": ").append(value));
        JsonReader.texts(entry, "readers")
                .forEach(line -> text.append("\n  reader: ").append(line));
        JsonReader.texts(entry, "senders")
                .forEach(line -> text.append("\n  sender: ").append(line));
        Output.stdout().line(text.toString());
    }

    private static Map<?, ?> facts(Map<String, Object> entry) {
        return entry.get("facts") instanceof Map<?, ?> facts ? facts : Map.of();
    }

    private static String title(Peer peer) {
        return peer.name() + " (" + peer.id().brief() + ")";
    }
}
