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
 */
public record OutletStatus(long waiting, long outstanding, long later, long dead, List<ReaderLine> readers) {
    public OutletStatus {
        readers = List.copyOf(readers);
    }

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
