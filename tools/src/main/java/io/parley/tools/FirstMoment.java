package io.parley.tools;

import io.parley.core.Node;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.node.Events;
import io.parley.tools.node.NodeOptions;
import java.time.Duration;
import java.util.function.Consumer;

/** The time that receivers get which are there, but not yet attached: as long as it takes to find each other and to link. */
final class FirstMoment {
    /** What a peer that was named needs to be linked, and then to attach. */
    private static final Duration LINKING = Duration.ofMillis(1_500);

    private static final Duration ATTACHING = Duration.ofMillis(300);

    /** What it takes to be found and linked, and to attach, for those who are there. */
    private static final Duration FINDING = Duration.ofSeconds(3);

    private FirstMoment() {}

    /**
     * Waits for the first receiver, where one may come by itself.
     *
     * @param await waits for a receiver for so long, and throws TIMEOUT when none came
     */
    static void give(NodeOptions options, Node node, Events events, Consumer<Duration> await)
            throws InterruptedException {
        if (options.peerCount() > 0 && options.awaitLinks(node, events, LINKING)) {
            give(await, ATTACHING);
        } else if (options.peerCount() == 0 && options.findsOthers()) {
            give(await, FINDING);
        }
    }

    private static void give(Consumer<Duration> await, Duration moment) {
        try {
            await.accept(moment);
        } catch (ParleyException e) {
            if (e.code() != ErrorCode.TIMEOUT) {
                throw e;
            }
        }
    }
}
