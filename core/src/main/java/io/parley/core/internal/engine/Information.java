package io.parley.core.internal.engine;

import io.parley.core.Explanation;
import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Peer;
import io.parley.core.channel.ChannelId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers {@link Node#INFO}: what this node knows of itself, its peers, and one channel. On the loop; it changes nothing. */
final class Information {
    /** A third of what a reply may have: a character may take three bytes. */
    private static final int LONGEST = 80_000;
    /** Asks for all channels on which a node sends: no name of a channel. */
    private static final String ALL = "*";

    private final Engine engine;
    private final Explainer explainer;

    private Information(Engine engine) {
        this.engine = engine;
        explainer = new Explainer(engine);
    }

    /** Before the loop starts. */
    static void serve(Engine engine) {
        Information information = new Information(engine);
        engine.services().serve(new ReplierHandle<>(engine, Node.INFO.replier().onLoop(), information::answer));
    }

    private CompletionStage<String> answer(Message<String> request) {
        String channel = request.value();
        List<Explanation> channels = explanations(channel);
        List<PeerState> peers = engine.membership().peers().stream()
                .filter(peer -> peer.everUp() && peer != engine.selfPeer())
                .toList();
        String answer = new JsonText(LONGEST)
                .put("name", engine.self().name())
                .put("endpoints", engine.self().endpoints())
                .put("channels", channels, Information::explanation)
                .put("peers", peers, Information::peer)
                .toString();
        return CompletableFuture.completedFuture(answer);
    }

    private List<Explanation> explanations(String channel) {
        if (channel.isEmpty()) {
            return List.of();
        }
        if (channel.equals(ALL)) {
            return explainer.explainSent();
        }
        ChannelId.checkName(channel);
        return explainer.explain(channel);
    }

    private static void explanation(JsonText json, Explanation explanation) {
        json.put("channel", explanation.channel())
                .put("mode", explanation.mode())
                .put("guarantee", explanation.guarantee())
                .put("weakenedBy", explanation.weakenedBy())
                .put("facts", facts -> explanation.facts().forEach(fact -> facts.put(fact.name(), fact.value())))
                .put("readers", explanation.readers())
                .put("senders", explanation.senders())
                .put("messages", explanation.messages());
    }

    private static void peer(JsonText json, Peer peer) {
        json.put("name", peer.name())
                .put("id", peer.id().toString())
                .put("state", peer.state().name())
                .put("endpoints", peer.endpoints());
    }
}
