package io.parley.tools.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Peer;
import io.parley.core.Publisher;
import io.parley.core.Subscription;
import io.parley.core.identity.NodeId;
import io.parley.tools.text.Json;
import io.parley.tools.text.JsonReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Asks every linked node about itself, see {@link InfoResponder}. */
public final class Inquiry {
    private static final Duration REPEAT = Duration.ofMillis(200);

    private final Node node;
    private final Events events;
    private final Map<NodeId, Map<String, Object>> answers = new ConcurrentHashMap<>();

    public Inquiry(Node node, Events events) {
        this.node = node;
        this.events = events;
    }

    /**
     * Asks, again and again since nodes may still be joining, until all have answered or the time is over.
     *
     * @param channel what is asked about; empty for the node alone
     * @param expected how many nodes there must be before having heard of all of them counts as all; 0 to use up the time
     */
    public void ask(String channel, Duration timeout, int expected) throws InterruptedException {
        String token = Long.toHexString(System.nanoTime()) + node.id().toString();
        byte[] question = Json.object()
                .put("reply", token)
                .put("channel", channel)
                .toString()
                .getBytes(UTF_8);
        Publisher<byte[]> questions = node.publisher(InfoResponder.ASK);
        long end = System.nanoTime() + timeout.toNanos();
        try (Subscription subscription = node.subscribe(InfoResponder.INFO.matching(token), this::answered)) {
            boolean all = false;
            long left = timeout.toNanos();
            while (!all && left > 0) {
                questions.send(question);
                Duration turn = Duration.ofNanos(Math.min(left, REPEAT.toNanos()));
                all = events.await(() -> expected > 0 && complete(expected), turn);
                left = end - System.nanoTime();
            }
        }
    }

    private void answered(Message<byte[]> message) {
        if (message.from().id().equals(node.id())) {
            return;
        }
        answers.put(message.from().id(), JsonReader.object(new String(message.value(), UTF_8)));
        events.signal();
    }

    private boolean complete(int expected) {
        List<Peer> up = up();
        return up.size() >= expected && up.stream().allMatch(peer -> answers.containsKey(peer.id()));
    }

    private List<Peer> up() {
        return node.peers().stream()
                .filter(peer -> peer.state() == Peer.State.UP)
                .toList();
    }

    /** What the peer answered, or null. */
    public @Nullable Map<String, Object> answer(Peer peer) {
        return answers.get(peer.id());
    }

    /** Whether anybody answered. */
    public boolean answered() {
        return !answers.isEmpty();
    }
}
