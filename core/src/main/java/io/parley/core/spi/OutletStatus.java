package io.parley.core.spi;

import io.parley.core.identity.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits in an outlet.
 *
 * @param waiting messages not yet given to anyone, or not by the slowest reader
 * @param outstanding messages sent, or leased, and not settled
 * @param later messages that wait for their time: a retry
 * @param dead messages given up in this run
 * @param readers a line for each reader
 * @param jobs what a queue with acknowledgements knows of its messages besides; null for any other channel
 */
public record OutletStatus(
        long waiting,
        long outstanding,
        long later,
        long dead,
        List<ReaderLine> readers,
        @Nullable Jobs jobs) {
    public OutletStatus {
        readers = List.copyOf(readers);
    }

    /**
     * The messages of a queue.
     *
     * @param oldest when the oldest was sent that is not settled, in milliseconds since 1970; 0 when all are settled
     * @param failures how often those that are not settled were tried in vain, as far as they were looked at
     * @param deadLetters messages that were given up and are kept, of earlier runs too
     * @param lines some of those that somebody holds, or that were tried in vain
     */
    public record Jobs(long oldest, long failures, long deadLetters, List<JobLine> lines) {
        public Jobs {
            lines = List.copyOf(lines);
        }
    }

    /**
     * One message of a queue.
     *
     * @param lsn which
     * @param sent when, in milliseconds since 1970
     * @param state ready, leased, later …
     * @param holder the node that holds it; null when nobody does
     * @param failures what went wrong, for people; empty when nothing did
     */
    public record JobLine(
            long lsn, long sent, String state, @Nullable NodeId holder, String failures) {}

    /**
     * One reader.
     *
     * @param peer its node; null when its place is kept and nobody reads
     * @param reader its name
     * @param state attached, away, evicted …
     * @param behind how many messages it has not settled, filters apart
     */
    public record ReaderLine(@Nullable NodeId peer, String reader, String state, long behind) {}
}
