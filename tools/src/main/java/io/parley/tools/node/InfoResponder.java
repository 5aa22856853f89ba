package io.parley.tools.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.Explanation;
import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Peer;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.codec.Codec;
import io.parley.tools.text.Json;
import io.parley.tools.text.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Answers questions about a node that the command line opened. A question is a message on the topic {@code _ask}; the answer
 * goes to the topic {@code _info} under the subject that the question names, so that only who asked gets it. Both are best
 * effort, and read-only: an answer says what the node knows, it changes nothing.
 *
 * <p>Question: <code>{"reply":TOKEN,"channel":NAME}</code>, the channel's name being empty when none is asked about. Answer:
 * <code>{"endpoints":[…],"peers":[{"name","id","state","endpoints"}…],"channels":[{"channel","mode","guarantee",
 * "weakenedBy","facts","readers","senders"}…]}</code>.
 */
final class InfoResponder {
    static final Topic<byte[]> ASK = Topic.of("_ask", Codec.bytes());
    static final Topic<byte[]> INFO = Topic.of("_info", Codec.bytes());

    private final Node node;
    private final Publisher<byte[]> answers;

    private InfoResponder(Node node) {
        this.node = node;
        this.answers = node.publisher(INFO);
    }

    static void start(Node node) {
        node.subscribe(ASK, new InfoResponder(node)::answer);
    }

    private void answer(Message<byte[]> message) {
        Map<String, Object> question = JsonReader.object(new String(message.value(), UTF_8));
        String channel = JsonReader.text(question, "channel");
        Json answer = Json.object()
                .put("endpoints", node.endpoints())
                .put("peers", peers(node.peers()))
                .put("channels", channel.isEmpty() ? List.of() : channels(node.explain(channel)));
        answers.send(JsonReader.text(question, "reply"), answer.toString().getBytes(UTF_8));
    }

    static List<Json> peers(List<Peer> peers) {
        List<Json> lines = new ArrayList<>();
        for (Peer peer : peers) {
            lines.add(Json.object()
                    .put("name", peer.name())
                    .put("id", peer.id().toString())
                    .put("state", peer.state().name())
                    .put("endpoints", peer.endpoints()));
        }
        return lines;
    }

    private static List<Json> channels(List<Explanation> explanations) {
        List<Json> channels = new ArrayList<>();
        for (Explanation explanation : explanations) {
            Json facts = Json.object();
            explanation.facts().forEach(fact -> facts.put(fact.name(), fact.value()));
            channels.add(Json.object()
                    .put("channel", explanation.channel())
                    .put("mode", explanation.mode())
                    .put("guarantee", explanation.guarantee())
                    .put("weakenedBy", explanation.weakenedBy())
                    .put("facts", facts)
                    .put("readers", explanation.readers())
                    .put("senders", explanation.senders()));
        }
        return channels;
    }
}
