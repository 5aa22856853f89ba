package io.parley.transport.internal.zmtp;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Link;
import io.parley.core.spi.TransportListener;
import io.parley.core.spi.TransportTrouble;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what is to be told, since the listener hears of things only while it polls, and never in the midst of another. */
final class Teller {
    private final Deque<Notice> notices = new ArrayDeque<>();

    /** @param dial the dial that this answers, if it does */
    private record Notice(@Nullable Endpoint dial, Consumer<TransportListener> told) {}

    void linkDown(Link link, String reason) {
        notices.add(new Notice(null, listener -> listener.linkDown(link, reason)));
    }

    void dialFailed(Endpoint endpoint, String reason) {
        notices.add(new Notice(endpoint, listener -> listener.dialFailed(endpoint, reason)));
    }

    void trouble(TransportTrouble trouble, String detail) {
        notices.add(new Notice(null, listener -> listener.trouble(trouble, detail)));
    }

    /** Nobody wants to hear of this dial any more. */
    void forget(Endpoint dial) {
        notices.removeIf(notice -> dial.equals(notice.dial));
    }

    /**
     * Tells what there was when this began: a listener that dials on hearing of a failure shall not keep us for ever.
     *
     * @return whether there was anything
     */
    boolean tell(TransportListener listener) {
        int count = notices.size();
        for (int i = 0; i < count; i++) {
            Notice notice = notices.poll();
            if (notice == null) {
                break;
            }
            notice.told.accept(listener);
        }
        return count > 0;
    }

    /** Whether something is left to be told. */
    boolean hasMore() {
        return !notices.isEmpty();
    }
}
