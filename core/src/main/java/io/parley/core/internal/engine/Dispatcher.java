package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.Happening;
import io.parley.core.error.ParleyException;
import io.parley.core.log.Record;
import io.parley.core.log.RingLog;
import io.parley.core.spi.InFrame;
import io.parley.core.wire.Ack;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Attached;
import io.parley.core.wire.Cancel;
import io.parley.core.wire.Chunk;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Detach;
import io.parley.core.wire.Drain;
import io.parley.core.wire.FrameHeader;
import io.parley.core.wire.FrameType;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Grant;
import io.parley.core.wire.Hello;
import io.parley.core.wire.MalformedFrame;
import io.parley.core.wire.Offer;
import io.parley.core.wire.Ping;
import io.parley.core.wire.Pong;
import io.parley.core.wire.Refused;
import io.parley.core.wire.Reject;
import io.parley.core.wire.Renew;
import io.parley.core.wire.Reply;
import io.parley.core.wire.Request;
import io.parley.core.wire.Settle;
import io.parley.core.wire.UnsupportedFrame;
import io.parley.core.wire.Welcome;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads each frame and gives it to whom it concerns. Whatever is wrong with a frame ends its link. Belongs to the loop. */
final class Dispatcher {
    private final Engine engine;

    Dispatcher(Engine engine) {
        this.engine = engine;
    }

    /** Takes one frame, and one count of it. */
    void frame(LinkState link, InFrame frame) {
        boolean kept = false;
        try {
            kept = read(link, frame);
        } catch (UnsupportedFrame e) {
            String text = String.valueOf(e.getMessage());
            engine.events().often(Happening.LINK_REFUSED, nameOf(link), Reject.Reason.UNSUPPORTED + ": " + text);
            end(link, Reject.Reason.UNSUPPORTED, text);
        } catch (ParleyException e) {
            malformed(link, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            engine.events().failed("a frame from " + link.remoteAddress(), e);
            malformed(link, "it could not be handled here");
        } finally {
            if (!kept) {
                frame.release();
            }
        }
    }

    private void malformed(LinkState link, String text) {
        engine.events().often(Happening.MALFORMED_FRAME, nameOf(link), text);
        end(link, Reject.Reason.MALFORMED, text);
    }

    private void end(LinkState link, Reject.Reason reason, String text) {
        engine.control(link, new Reject(reason, engine.self().id(), text).encode());
        engine.drop(link, text);
    }

    private static String nameOf(LinkState link) {
        PeerState peer = link.peer();
        return peer == null ? link.remoteAddress() : peer.name();
    }

    /** Returns whether the frame's count was handed on. */
    private boolean read(LinkState link, InFrame frame) {
        if (link.phase() == LinkState.Phase.CLOSED) {
            return false;
        }
        ByteBuffer bytes = frame.buffer();
        FrameHeader.check(bytes);
        FrameType type = FrameType.of(bytes);
        engine.membership().heard(link);
        if (type == null) {
            String text = "type " + FrameHeader.typeCode(bytes) + " from " + link.remoteAddress();
            engine.events().often(Happening.FRAME_SKIPPED, "", text);
            return false;
        }
        type.checkFlags(bytes);
        switch (type) {
            case HELLO -> engine.membership().hello(link, Hello.decode(bytes));
            case WELCOME -> engine.membership().welcome(link, Welcome.decode(bytes));
            case REJECT -> engine.membership().rejected(link, Reject.decode(bytes));
            default -> {
                if (link.phase() == LinkState.Phase.WELCOMED) {
                    engine.membership().confirmed(link);
                }
                Handover handover = link.handover();
                if (link.phase() == LinkState.Phase.UP) {
                    return linked(link, type, frame);
                } else if (handover != null) {
                    givingWay(link, handover, type, frame);
                } else {
                    engine.events().often(Happening.EARLY_FRAME, "", link.remoteAddress() + ": " + type);
                }
            }
        }
        return false;
    }

    private boolean linked(LinkState link, FrameType type, InFrame frame) {
        ByteBuffer bytes = frame.buffer();
        switch (type) {
            case DATA -> {
                return data(link, frame, bytes);
            }
            case ACK -> ack(link, Ack.decode(bytes));
            case GAP -> gap(link, Gap.decode(bytes));
            case SETTLE -> {
                Settle settle = Settle.decode(bytes);
                SenderEntry entry = sending(link, settle.session());
                if (entry != null) {
                    entry.session().outlet().settled(settle, engine.now());
                }
            }
            case RENEW -> {
                Renew renew = Renew.decode(bytes);
                SenderEntry entry = sending(link, renew.session());
                if (entry != null) {
                    entry.session().outlet().renewed(renew, engine.now());
                }
            }
            case OFFER -> engine.exchange().readership().offered(link, Offer.decode(bytes));
            case ATTACH -> engine.exchange().attach(link, Attach.decode(bytes));
            case ATTACHED -> attached(link, Attached.decode(bytes));
            case REFUSED -> engine.exchange().readership().refused(link, Refused.decode(bytes));
            case DETACH -> engine.exchange().detached(link, Detach.decode(bytes));
            case PING -> ping(link, Ping.decode(bytes));
            case PONG -> Pong.decode(bytes);
            case DRAIN ->
                engine.events()
                        .happened(
                                Happening.PEER_DRAINS,
                                link.knownPeer().name(),
                                "drains for " + Drain.decode(bytes).millisLeft() + " ms");
            case BYE -> engine.membership().bye(link);
            default -> service(link, type, frame);
        }
        return false;
    }

    /** Requests and replies belong to the peer, not to the link; all else ended with it, and begins anew on the other one. */
    private void givingWay(LinkState link, Handover handover, FrameType type, InFrame frame) {
        switch (type) {
            case REQUEST, REPLY, CANCEL -> service(link, type, frame);
            case PING -> ping(link, Ping.decode(frame.buffer()));
            case PONG -> {
                if (handover.answered(Pong.decode(frame.buffer()))) {
                    engine.drop(link, "gave way to another link");
                }
            }
            default -> {}
        }
    }

    private void service(LinkState link, FrameType type, InFrame frame) {
        ByteBuffer bytes = frame.buffer();
        switch (type) {
            case REQUEST -> engine.services().requested(link, Request.decode(bytes), bytes);
            case REPLY -> {
                Reply reply = Reply.decode(bytes);
                if (Chunk.is(bytes)) {
                    engine.services().transfers().replied(link, reply, bytes);
                } else {
                    engine.services().replied(link, reply);
                }
            }
            case CANCEL -> engine.services().cancelled(link, Cancel.decode(bytes));
            case GRANT -> engine.services().transfers().granted(link, Grant.decode(bytes));
            default -> throw new UnsupportedFrame("frame type " + type + " is not served by this version");
        }
    }

    /** The session, made ready to be looked at in this turn; null for one that has ended, whose frames may still come. */
    private @Nullable SenderEntry sending(LinkState link, int session) {
        SenderEntry entry = link.sending().get(session);
        if (entry != null) {
            engine.channels().activate(entry.outbound());
        }
        return entry;
    }

    private void ack(LinkState link, Ack ack) {
        SenderEntry entry = sending(link, ack.session());
        if (entry != null && !entry.session().acked(ack, engine.now())) {
            throw new MalformedFrame("ACK of what was not sent");
        }
    }

    private boolean data(LinkState link, InFrame frame, ByteBuffer bytes) {
        ReceiverEntry entry = link.receiving().get(FrameHeader.session(bytes));
        if (entry == null) {
            return false; // on its way when the session ended
        }
        if (Chunk.is(bytes)) {
            chunk(link, entry, bytes);
            return false;
        }
        DataHead.check(bytes);
        int count = DataHead.count(bytes);
        checkRecords(bytes, count);
        long length = (long) bytes.limit() - DataHead.recordsOffset(bytes);
        if (!entry.session().take(DataHead.firstNumber(bytes), count, length)) {
            hole(link, entry, outOfTurn(entry, DataHead.firstNumber(bytes)));
            return false;
        }
        entry.session().inlet().data(frame, engine.now());
        engine.receivers().turn(entry);
        return true;
    }

    private void chunk(LinkState link, ReceiverEntry entry, ByteBuffer bytes) {
        Chunk.check(bytes, RingLog.MAX_RECORD);
        if (entry.session().addChunk(bytes)) {
            engine.receivers().chunk(entry, bytes);
        } else {
            hole(link, entry, outOfTurn(entry, DataHead.firstNumber(bytes)));
        }
    }

    private static void checkRecords(ByteBuffer bytes, int count) {
        int at = DataHead.recordsOffset(bytes);
        int limit = bytes.limit();
        for (int i = 0; i < count; i++) {
            int length = Record.check(bytes, at, limit);
            if (length < 0) {
                throw new MalformedFrame("record " + i + " of " + count + " is damaged");
            }
            at += length;
        }
        if (at != limit) {
            throw new MalformedFrame((limit - at) + " bytes after the last record");
        }
    }

    private void gap(LinkState link, Gap gap) {
        ReceiverEntry entry = link.receiving().get(gap.session());
        if (entry == null) {
            return;
        }
        if (!entry.session().take(gap.number(), 1, 0)) {
            hole(link, entry, outOfTurn(entry, gap.number()));
            return;
        }
        entry.session().inlet().gap(gap, engine.now());
        engine.receivers().turn(entry);
    }

    private static String outOfTurn(ReceiverEntry entry, long number) {
        return entry.channel() + ": number " + number + " does not follow on what came before";
    }

    private void hole(LinkState link, ReceiverEntry entry, String text) {
        engine.events()
                .happened(new NodeEvent(
                        Happening.SEQUENCE_HOLE,
                        1,
                        link.knownPeer().name(),
                        entry.channel().name(),
                        text));
        engine.drop(link, text);
    }

    private void attached(LinkState link, Attached attached) {
        ReceiverEntry entry = link.receiving().get(attached.session());
        if (entry != null) {
            entry.session().attached(attached.firstNumber());
            entry.session().inlet().attached(attached, engine.now());
            engine.receivers().turn(entry);
        }
    }

    private void ping(LinkState link, Ping ping) {
        for (Ping.Sending sending : ping.sessions()) {
            ReceiverEntry entry = link.receiving().get(sending.session());
            if (entry != null && entry.session().promised(sending.last(), engine.now())) {
                judgeLater(link, entry);
            }
        }
        engine.control(link, new Pong(ping.token()).encode());
    }

    /** What a PING promised is waited for by the clock: whoever is busy sending itself never has a reason to look. */
    private void judgeLater(LinkState link, ReceiverEntry entry) {
        engine.after(entry.session().deadline() - engine.now(), () -> judge(link, entry));
    }

    private void judge(LinkState link, ReceiverEntry entry) {
        if (entry.ended() || entry.session().deadline() == Long.MAX_VALUE) {
            return;
        }
        if (entry.session().broken(engine.now())) {
            hole(link, entry, entry.channel() + ": promised by a PING, never came");
        } else {
            judgeLater(link, entry);
        }
    }
}
