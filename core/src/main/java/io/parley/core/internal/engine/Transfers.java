package io.parley.core.internal.engine;

import io.parley.core.identity.NodeId;
import io.parley.core.internal.service.Transfer;
import io.parley.core.internal.session.Pieces;
import io.parley.core.log.Record;
import io.parley.core.log.RingLog;
import io.parley.core.wire.Cancel;
import io.parley.core.wire.Chunk;
import io.parley.core.wire.Grant;
import io.parley.core.wire.MalformedFrame;
import io.parley.core.wire.Reply;
import io.parley.core.wire.Request;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Requests and replies that are too large for a frame, on their way out and in. Of those that come, a link has one at a time:
 * its sender begins the next when it is through with one, or has given it up. Belongs to the loop.
 */
final class Transfers {
    private final Engine engine;
    private final Services services;

    Transfers(Engine engine, Services services) {
        this.engine = engine;
        this.services = services;
    }

    // out

    /** Sends it when its turn has come. */
    void send(LinkState link, Transfer transfer) {
        if (link.phase() != LinkState.Phase.CLOSED) {
            link.transfers().add(transfer);
            engine.links().hasWork(link);
        }
    }

    /** The other side has room for it. */
    void granted(LinkState link, Grant grant) {
        link.transfers().granted(grant);
        engine.links().hasWork(link);
    }

    /** What has not left on a link that gives way goes on its successor, before anything that is asked there. */
    void giveWay(LinkState link, LinkState to) {
        for (Transfer transfer : link.transfers().takeAll()) {
            send(to, transfer);
            if (transfer.which().of() == Grant.Of.REQUEST) {
                services.requests().moved(transfer.which().correlation(), to.number());
            }
        }
    }

    // in

    /** A part of a request. */
    void requested(LinkState link, Request request, ByteBuffer frame) {
        Chunk.Part part = Chunk.read(frame, frame.position() + request.record(), RingLog.MAX_RECORD);
        Grant which = new Grant(request.correlation(), Grant.Of.REQUEST);
        if (begins(link, which, part) && services.wants(link, request)) {
            begin(new Arriving(link, which, part.total()));
        }
        ByteBuffer record = add(link, which, part, frame);
        if (record != null) {
            if (Record.check(record, 0, record.limit()) != part.total()) {
                throw new MalformedFrame("the chunks of a request make no record");
            }
            services.arrived(link, request, record);
        }
    }

    /** A part of a reply. */
    void replied(LinkState link, Reply head, ByteBuffer frame) {
        Chunk.Part part = Reply.part(frame);
        Grant which = new Grant(head.correlation(), Grant.Of.REPLY);
        if (begins(link, which, part) && awaited(link, head)) {
            begin(new Arriving(link, which, part.total()));
        }
        ByteBuffer value = add(link, which, part, frame);
        if (value != null) {
            services.replied(link, new Reply(head.correlation(), head.status(), head.text(), value));
        }
    }

    /** Whether somebody waits for it; else the replier is told, again perhaps: it would wait for room. */
    private boolean awaited(LinkState link, Reply head) {
        NodeId from = link.knownPeer().id();
        boolean awaited = services.requests().awaits(from, head.correlation());
        if (!awaited) {
            services.replyDropped(from);
            engine.control(link, new Cancel(head.correlation()).encode());
        }
        return awaited;
    }

    /** Whether it is the first part, and did not come twice. */
    private static boolean begins(LinkState link, Grant which, Chunk.Part part) {
        Arriving arriving = link.arriving();
        return part.offset() == 0 && (arriving == null || !arriving.is(which));
    }

    /** Another one begins on its link: what was not whole of the one before never will be. */
    private void begin(Arriving arriving) {
        forget(arriving.link());
        arriving.link().arriving(arriving);
    }

    /** Adds a part to what is there; returns the whole with the last one. What is not wanted, or came twice, is passed over. */
    private @Nullable ByteBuffer add(LinkState link, Grant which, Chunk.Part part, ByteBuffer frame) {
        Arriving arriving = link.arriving();
        if (arriving == null || !arriving.is(which) || part.offset() < arriving.filled()) {
            return null;
        }
        if (arriving.add(part, frame)) {
            forget(link);
            return arriving.bytes();
        }
        engine.assemblies().grew(arriving);
        return null;
    }

    /** The peer waits for this reply no more, nor need its request come. */
    void cancelled(LinkState link, long correlation) {
        link.transfers().remove(new Grant(correlation, Grant.Of.REPLY));
        forget(link, new Grant(correlation, Grant.Of.REQUEST));
    }

    /** Nobody here waits for this reply any more. */
    void unwanted(LinkState link, long correlation) {
        forget(link, new Grant(correlation, Grant.Of.REPLY));
    }

    private void forget(LinkState link, Grant which) {
        Arriving arriving = link.arriving();
        if (arriving != null && arriving.is(which)) {
            forget(link);
        }
    }

    /** What is not whole on a link never will be. */
    void forget(LinkState link) {
        Arriving arriving = link.arriving();
        if (arriving != null) {
            link.arriving(null);
            engine.assemblies().over(arriving);
        }
    }

    /** What comes in chunks on a link. */
    final class Arriving implements Assembling {
        private final LinkState link;
        private final Grant which;
        private final Pieces pieces;
        private boolean granted;

        Arriving(LinkState link, Grant which, int total) {
            this.link = link;
            this.which = which;
            pieces = new Pieces(0, total);
        }

        boolean is(Grant other) {
            return which.equals(other);
        }

        boolean add(Chunk.Part part, ByteBuffer frame) {
            if (!granted && part.offset() + part.length() > Request.MAX_WHOLE) {
                throw new MalformedFrame("a chunk at " + part.offset() + " of " + part.total() + " without a grant");
            }
            return pieces.add(frame, part.from(), part.offset(), part.total());
        }

        ByteBuffer bytes() {
            return pieces.bytes();
        }

        @Override
        public LinkState link() {
            return link;
        }

        @Override
        public int total() {
            return pieces.total();
        }

        @Override
        public int filled() {
            return pieces.filled();
        }

        @Override
        public boolean needsRoom() {
            return !granted && total() > Request.MAX_WHOLE;
        }

        @Override
        public void grant() {
            granted = true;
            engine.control(link, which.encode());
        }

        @Override
        public String what() {
            return "a " + which.of();
        }
    }
}
