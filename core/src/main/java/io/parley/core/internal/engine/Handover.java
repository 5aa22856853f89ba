package io.parley.core.internal.engine;

import io.parley.core.wire.Ping;
import io.parley.core.wire.Pong;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How a link gives way to another one with the same peer, so that what is on its way on it is not lost. Each side sends a last
 * PING on it, and reads on: the PONG says that the other side has read everything before. Whoever opened the link that stays
 * closes the other one then. It hears its PONG last: the side that let the newcomer in sent its own PING before it said
 * WELCOME, and so before it answered. Belongs to the loop.
 */
final class Handover {
    /** How long it may take. Whoever has lost the old link, and dialled for that, answers on it no more. */
    static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

    /** No other PING has it. */
    private static final long LAST = 0;

    private final LinkState successor;
    private boolean complete;

    Handover(LinkState successor) {
        this.successor = successor;
    }

    LinkState successor() {
        return successor;
    }

    /** What is sent last on the link that gives way. */
    static ByteBuffer lastFrame() {
        return new Ping(LAST, List.of()).encode();
    }

    /** A PONG came; returns whether this side is to close the link now. */
    boolean answered(Pong pong) {
        complete |= pong.token() == LAST;
        return complete && successor.dialled() != null;
    }

    /** Whether the other side has read all that was sent on the link. */
    boolean complete() {
        return complete;
    }
}
