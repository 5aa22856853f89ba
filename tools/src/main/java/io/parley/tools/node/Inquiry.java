package io.parley.tools.node;

import io.parley.core.Node;
import io.parley.core.Peer;
import io.parley.core.identity.NodeId;
import io.parley.tools.text.JsonReader;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Asks every linked node about itself, see {@link Node#INFO}. */
public final class Inquiry {
    private static final Duration REPEAT = Duration.ofMillis(200);

    private final Node node;
    private final Events events;
    private final Set<NodeId> asked = new HashSet<>();
    private final Map<NodeId, Map<String, Object>> answers = new ConcurrentHashMap<>();

    public Inquiry(Node node, Events events) {
        this.node = node;
        this.events = events;
    }

    /**
     * Asks each node as it joins, until all have answered or the time is over.
     *
     * @param channel what is asked about; empty for the node alone
     * @param expected how many nodes there must be before having heard of all of them counts as all; 0 to use up the time
     */
    public void ask(String channel, Duration timeout, int expected) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        boolean all = false;
        long left = timeout.toNanos();
        while (!all && left > 0) {
            for (Peer peer : up()) {
                if (asked.add(peer.id())) {
                    ask(peer, channel, Duration.ofNanos(left));
                }
            }
            Duration turn = Duration.ofNanos(Math.min(left, REPEAT.toNanos()));
            all = events.await(() -> expected > 0 && complete(expected), turn);
            left = end - System.nanoTime();
        }
    }

    private void ask(Peer peer, String channel, Duration left) {
        CompletableFuture<Void> unused = node.requester(Node.INFO)
                .to(peer)
                .request(channel, left)
                .thenAccept(answer -> answered(peer, answer))
                .exceptionally(silent -> null); // it is said of the peer that it does not answer
    }

    private void answered(Peer peer, String answer) {
        answers.put(peer.id(), JsonReader.object(answer));
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
