package io.parley.transport.internal.jeromq;

import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.TransportListener;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends, and remembers which links had no room. JeroMQ does not say which of them has room again: a mailbox that was readable
 * hints that one may. As a send in between may have taken that command, all are tried after a while in any case. Belongs
 * to the loop.
 */
final class Outbox {
    private final List<JeromqLink> stalled = new ArrayList<>();
    private long nextRetry;

    Sent send(JeromqLink link, OutFrame frame) {
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
            link.stalled = true;
            stalled.add(link);
        }
        if (link.backlog.offer(frame)) {
            return Sent.TAKEN;
        }
        link.owesWritable = true;
        return Sent.FULL;
    }

    /** Tries all that had no room, when there is a hint of room or time has passed. */
    int retry(boolean hint, long now, TransportListener listener) {
        if (stalled.isEmpty() || !hint && nextRetry - now > 0) {
            return 0;
        }
        nextRetry = now + Tuning.RETRY_NANOS;
        List<JeromqLink> tried = List.copyOf(stalled);
        stalled.clear();
        int told = 0;
        for (JeromqLink link : tried) {
            link.stalled = false;
            if (link.state == JeromqLink.State.UP) {
                told += retry(link, listener);
            }
        }
        return told;
    }

    private int retry(JeromqLink link, TransportListener listener) {
        if (!flush(link)) {
            link.stalled = true;
            stalled.add(link);
            return 0;
        }
        if (!link.owesWritable) {
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
