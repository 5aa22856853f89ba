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
    /** How long nodes are waited for when nobody says otherwise. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration REPEAT = Duration.ofMillis(200);

    private final Node node;
    private final Events events;
    private final Set<NodeId> asked = new HashSet<>();
    private final Map<NodeId, Map<String, Object>> answers = new ConcurrentHashMap<>();

    private Inquiry(Node node, Events events) {
        this.node = node;
        this.events = events;
    }

    /** Says what was answered. */
    public interface Report {
        /** Returns the exit code that the answers mean. */
        int of(Inquiry inquiry);
    }

    /**
     * Opens a node for it, asks all that it reaches, and ends as its report says, or by a signal.
     *
     * @param name of the node
     * @param channel what is asked about; empty for the node alone
     */
    public static int run(NodeOptions options, String name, String channel, Report report) throws Exception {
        Events events = new Events();
        try (Node node = options.open(name, events)) {
            try (Ending ending = Ending.onSignal(() -> {
                node.close();
                return ExitCode.SUCCESS;
            })) {
                Inquiry inquiry = new Inquiry(node, events);
                Duration timeout = options.timeout();
                inquiry.ask(
                        channel,
                        timeout == null ? PATIENCE : timeout,
                        options.expectsStrangers() ? 0 : options.peerCount());
                return report.of(inquiry);
            }
        }
    }

    /**
     * Asks each node as it joins, until all have answered or the time is over.
     *
     * @param channel what is asked about; empty for the node alone
     * @param expected how many nodes there must be before having heard of all of them counts as all; 0 to use up the time
     */
    private void ask(String channel, Duration timeout, int expected) throws InterruptedException {
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

    /** Whom it linked with. */
    public List<Peer> peers() {
        return node.peers();
    }

    /** What the peer answered, or null. */
    public @Nullable Map<String, Object> answer(Peer peer) {
        return answers.get(peer.id());
    }

    /** Success when anybody answered; else says on standard error that nobody did. */
    public int answered() {
        if (answers.isEmpty()) {
            System.err.println("TIMEOUT: nobody answered");
            return ExitCode.TIMEOUT;
        }
        return ExitCode.SUCCESS;
    }
}
