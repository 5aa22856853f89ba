package io.parley.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.GapReason;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Start;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.log.Record;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** One frame of each type with fixed values: what the golden files hold. */
final class SampleFrames {
    static final long NOW = 1_700_000_000_000L;
    private static final NodeId NODE = new NodeId(0x0011223344556677L, 0x8899aabbccddeeffL);
    private static final Introduction INTRODUCTION = new Introduction(
            NODE,
            new Run(7, 0xfedcba9876543210L),
            "shop",
            "billing-ü",
            List.of("tcp://10.0.0.5:7700", "tcp://[::1]:7701"));
    private static final List<Position> TWO = List.of(new Position(7, 1003), new Position(8, 1));

    private SampleFrames() {}

    /**
     * A frame, its bytes, and its decoder.
     *
     * @param file the golden file
     * @param value what the frame says
     * @param bytes as our encoder writes it
     * @param decoder reads it
     */
    record Sample(String file, Object value, ByteBuffer bytes, Function<ByteBuffer, ?> decoder) {
        @Override
        public String toString() {
            return file;
        }
    }

    static List<Sample> fields() {
        Hello hello = new Hello(Hello.LinkHeld.HELD, 1, 3, 0x80000001, INTRODUCTION);
        Welcome welcome = new Welcome(1, 5, INTRODUCTION);
        Reject reject = new Reject(Reject.Reason.WRONG_GROUP, NODE, "group shop, expected desk");
        Offer soFar = new Offer(Offer.Extent.SO_FAR, List.of());
        Attached attached = new Attached(9, 1, 7, 990, 1001, 262_144);
        Refused refused = new Refused(9, Refused.Reason.CODEC_MISMATCH, "codec kryo, expected utf8");
        Detach detach = new Detach(9, Detach.Side.SENDER, Detach.Reason.WITHDRAWN);
        Gap gap = new Gap(
                9, 6, GapReason.RETENTION, new Position(7, 43), new Position(7, 57), 15, Gap.Exactness.UPPER_BOUND);
        Ack ack = new Ack(
                9, 10, List.of(new Ack.Range(12, 12), new Ack.Range(14, 20)), 21, new Credit(70_000, 2_000_000));
        Renew renew = new Renew(9, 30_000, List.of(501L, 502L));
        Ping ping = new Ping(0x1122334455667788L, List.of(new Ping.Sending(9, 20), new Ping.Sending(10, 0)));
        Pong pong = new Pong(0x1122334455667788L);
        List<Sample> all = new ArrayList<>(services());
        all.addAll(List.of(
                new Sample("hello", hello, hello.encode(), Hello::decode),
                new Sample("welcome", welcome, welcome.encode(), Welcome::decode),
                new Sample("reject", reject, reject.encode(), Reject::decode),
                new Sample("offer", offer(), offer().encode(), Offer::decode),
                new Sample("offer-so-far", soFar, soFar.encode(), Offer::decode),
                new Sample("attached", attached, attached.encode(), Attached::decode),
                new Sample("refused", refused, refused.encode(), Refused::decode),
                new Sample("detach", detach, detach.encode(), Detach::decode),
                new Sample("gap", gap, gap.encode(), Gap::decode),
                new Sample("ack", ack, ack.encode(), Ack::decode),
                new Sample("settle", settle(), settle().encode(), Settle::decode),
                new Sample("renew", renew, renew.encode(), Renew::decode),
                new Sample("ping", ping, ping.encode(), Ping::decode),
                new Sample("pong", pong, pong.encode(), Pong::decode),
                new Sample("drain", new Drain(5000), new Drain(5000).encode(), Drain::decode),
                new Sample("bye", new Bye(), new Bye().encode(), frame -> new Bye())));
        return all;
    }

    private static List<Sample> services() {
        Reply replied = new Reply(77, Reply.Status.DONE, "", ByteBuffer.wrap(new byte[] {5, 0, 0, 0}));
        Reply failed = new Reply(78, Reply.Status.FAILED, "java.io.IOException: away");
        Grant grant = new Grant(77, Grant.Of.REPLY);
        return List.of(
                new Sample("offer-service", service(), service().encode(), Offer::decode),
                new Sample("request", new Request(77, 9_500, 2, "length", 34), request(), Request::decode),
                new Sample("request-chunk", new Request(77, 9_500, 2, "length", 34), requestChunk(), Request::decode),
                new Sample("reply-chunk", new Reply(77, Reply.Status.DONE, ""), replyChunk(), Reply::decode),
                new Sample("grant", grant, grant.encode(), Grant::decode),
                new Sample("reply", replied, replied.encode(), Reply::decode),
                new Sample("reply-failed", failed, failed.encode(), Reply::decode),
                new Sample("cancel", new Cancel(77), new Cancel(77).encode(), Cancel::decode));
    }

    static List<Sample> attaches() {
        return List.of(
                attach("attach-new", Kind.TOPIC, new Resume.Fresh(Start.NEW)),
                attach("attach-earliest", Kind.TOPIC, new Resume.Fresh(Start.EARLIEST)),
                attach("attach-last", Kind.TOPIC, new Resume.Fresh(Start.last(100))),
                attach("attach-since", Kind.TOPIC, new Resume.Fresh(Start.since(Instant.ofEpochMilli(NOW)))),
                attach("attach-at", Kind.TOPIC, new Resume.At(new Position(7, 1001))),
                attach("attach-after", Kind.TOPIC, new Resume.After(new Position(7, 1001), TWO)),
                attach("attach-held", Kind.QUEUE, new Resume.Held(TWO)));
    }

    private static Sample attach(String file, Kind kind, Resume resume) {
        Attach attach = new Attach(
                9,
                new ChannelId(kind, "ticks"),
                Mode.RELIABLE,
                "books",
                List.of("eu.*", "#"),
                resume,
                new Credit(65_536, 1_048_576));
        return new Sample(file, attach, attach.encode(), Attach::decode);
    }

    private static Offer offer() {
        return new Offer(
                Offer.Extent.COMPLETE,
                List.of(
                        new Offer.Entry(
                                Offer.Change.OFFERED,
                                new ChannelId(Kind.QUEUE, "jobs"),
                                Mode.DURABLE,
                                "kryo",
                                0x0123456789abcdefL,
                                3,
                                7,
                                1001,
                                null),
                        new Offer.Entry(
                                Offer.Change.WITHDRAWN,
                                new ChannelId(Kind.TOPIC, "ticks"),
                                Mode.BEST_EFFORT,
                                "utf8",
                                2,
                                4,
                                0,
                                1,
                                null)));
    }

    private static Offer service() {
        return new Offer(
                Offer.Extent.CHANGES,
                List.of(new Offer.Entry(
                        Offer.Change.OFFERED,
                        new ChannelId(Kind.SERVICE, "length"),
                        Mode.BEST_EFFORT,
                        "utf8",
                        2,
                        1,
                        0,
                        1,
                        new Offer.Terms("int32", 3, 8))));
    }

    private static ByteBuffer request() {
        ByteBuffer frame = Request.encode("length", 12, NOW, ByteBuffer.wrap("hello".getBytes(UTF_8)));
        return Request.address(frame, 77, 9_500, 2);
    }

    private static ByteBuffer requestChunk() {
        ByteBuffer frame = Request.encode("length", 12, NOW, ByteBuffer.wrap("hello".getBytes(UTF_8)));
        ByteBuffer head = Request.chunkHead(frame, 77, 2);
        Request.millisLeft(head, 9_500);
        return chunk(head);
    }

    private static ByteBuffer replyChunk() {
        return chunk(new Reply(77, Reply.Status.DONE, "").chunkHead());
    }

    private static ByteBuffer chunk(ByteBuffer head) {
        ByteBuffer frame =
                ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN).put(head.duplicate());
        Chunk.put(frame, 600, 1_000);
        return frame.put("hello".getBytes(UTF_8)).flip();
    }

    private static Settle settle() {
        return new Settle(
                9,
                List.of(
                        new Settle.Item(501, new Position(7, 41), Settle.Outcome.DONE, 0, ""),
                        new Settle.Item(
                                502, new Position(7, 42), Settle.Outcome.RETRY, 250, "java.io.IOException: away"),
                        new Settle.Item(503, new Position(7, 43), Settle.Outcome.DEAD, 0, "no such order"),
                        new Settle.Item(504, new Position(7, 44), Settle.Outcome.RETURNED, 0, "")));
    }

    /** DATA with a plain record and one with every option. */
    static ByteBuffer data() {
        ByteBuffer frame = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        DataHead.put(frame, 0, 9);
        DataHead.numbers(frame, 4, 2, 7);
        DataHead.marks(frame, 3, new Position(6, 900), NOW + 5);
        putPlain(frame, 41, NOW, "hello");
        putWithOptions(frame);
        return frame.flip();
    }

    /** DATA with two leased records. */
    static ByteBuffer leased() {
        ByteBuffer frame = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        DataHead.put(frame, FrameHeader.LEASED, 9);
        DataHead.numbers(frame, 4, 2, 7);
        DataHead.marks(frame, 3, new Position(6, 900), NOW + 5);
        new Lease(501, 30_000, 1, 0, Lease.Redelivered.NO).put(frame);
        new Lease(502, 29_999, 3, 2, Lease.Redelivered.MAYBE).put(frame);
        putPlain(frame, 41, NOW, "a");
        putPlain(frame, 43, NOW + 1, "bc");
        return frame.flip();
    }

    /** DATA with a chunk of a leased record. */
    static ByteBuffer chunk() {
        ByteBuffer frame = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        DataHead.put(frame, FrameHeader.LEASED | FrameHeader.CHUNK, 9);
        DataHead.numbers(frame, 4, 1, 7);
        DataHead.marks(frame, 3, new Position(6, 900), NOW + 5);
        new Lease(501, 30_000, 1, 0, Lease.Redelivered.NO).put(frame);
        Chunk.put(frame, 600, 1_000);
        return frame.put("hello".getBytes(UTF_8)).flip();
    }

    static void putPlain(ByteBuffer out, long lsn, long time, String payload) {
        int at = out.position();
        out.position(at + Record.FIXED).put(payload.getBytes(UTF_8));
        Record.writeShape(out, at, out.position() - at, 0);
        Record.writePlace(out, at, lsn, time);
    }

    static void putWithOptions(ByteBuffer out) {
        int at = out.position();
        out.position(at + Record.FIXED).putLong(NOW + 60_000);
        putString(out, "kö");
        putString(out, "eu.usd");
        out.putShort((short) 2);
        putString(out, "trace");
        putString(out, "t1");
        putString(out, "empty");
        putString(out, "");
        int options = out.position() - at - Record.FIXED;
        out.put("hello".getBytes(UTF_8));
        int flags = Record.EXPIRY | Record.KEY | Record.SUBJECT | Record.HEADERS;
        Record.writeShape(out, at, out.position() - at, flags | options << 16);
        Record.writePlace(out, at, 42, NOW + 1);
    }

    private static void putString(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        out.putShort((short) bytes.length).put(bytes);
    }
}
