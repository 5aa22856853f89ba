package io.parley.transport.internal.jeromq;

import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.TransportListener;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sends, and remembers which links had no room. JeroMQ tells of room with a command to the socket, which any call may take,
 * and not for which link it is: so each turn of the loop tries, and while the loop waits it does so for a short time only.
 * Belongs to the loop.
 */
final class Outbox {
    /** So many are tried in a turn; the others have theirs in the next. */
    private static final int MOST_TRIES = 32;

    private final Deque<JeromqLink> stalled = new ArrayDeque<>();
    private long retryAfter = Tuning.RETRY_NANOS;
    private long nextRetry;

    Sent send(JeromqLink link, OutFrame frame, long now) {
        if (link.backlog.isEmpty()) {
            Sent begun = link.socket.begin(link.routingId);
            if (begun == Sent.TAKEN) {
                link.socket.finish(Backlog.copy(frame));
            }
            if (begun != Sent.FULL) {
                return begun;
            }
        }
        if (!link.stalled) {
            if (stalled.isEmpty()) {
                retryAfter = Tuning.RETRY_NANOS;
                nextRetry = now + retryAfter;
            }
            link.stalled = true;
            stalled.add(link);
        }
        if (link.backlog.offer(frame)) {
            return Sent.TAKEN;
        }
        link.owesWritable = true;
        return Sent.FULL;
    }

    /** Tries some of those that had no room. */
    int retry(long now, TransportListener listener) {
        int tries = Math.min(stalled.size(), MOST_TRIES);
        int told = 0;
        int freed = 0;
        for (int i = 0; i < tries; i++) {
            JeromqLink link = stalled.remove();
            if (link.state == JeromqLink.State.UP && !flush(link)) {
                stalled.add(link);
            } else {
                freed++;
                told += freed(link, listener);
            }
        }
        if (freed > 0) {
            retryAfter = Tuning.RETRY_NANOS;
            nextRetry = now + retryAfter;
        } else if (tries > 0 && nextRetry - now <= 0) {
            // a peer that stands still for long is not worth a thousand turns a second
            retryAfter = Math.min(2 * retryAfter, Tuning.MOST_RETRY_NANOS);
            nextRetry = now + retryAfter;
        }
        return told;
    }

    private static int freed(JeromqLink link, TransportListener listener) {
        link.stalled = false;
        if (!link.owesWritable || link.state != JeromqLink.State.UP) {
            return 0;
        }
        link.owesWritable = false;
        listener.writable(link);
        return 1;
    }

    private static boolean flush(JeromqLink link) {
        byte[] next = link.backlog.peek();
        while (next != null) {
            Sent begun = link.socket.begin(link.routingId);
            if (begun == Sent.FULL) {
                return false;
            }
            if (begun == Sent.DOWN) {
                link.backlog.clear();
                return true;
            }
            link.socket.finish(next);
            link.backlog.remove();
            next = link.backlog.peek();
        }
        return true;
    }

    /** Tries all that had no room, telling nobody. Says whether everything that was taken is with JeroMQ. */
    boolean flushAll() {
        stalled.removeIf(link -> link.state != JeromqLink.State.UP || flush(link));
        return stalled.isEmpty();
    }

    /** How long nothing needs to be done unless a mailbox gives a hint. */
    long quietNanos(long now) {
        return stalled.isEmpty() ? Long.MAX_VALUE : Math.max(0, nextRetry - now);
    }

    void clear() {
        stalled.clear();
    }
}
