package io.parley.benchmarks.light;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node that is nothing but a link: introduces itself, keeps the link alive, reads topics and asks services. Belongs to its
 * driver's thread.
 *
 * <pre>
 *   BEGUN ──ZMTP ready: HELLO──▶ INTRODUCED ──WELCOME: OFFER──▶ UP
 *     └──────────────────────────────┴── REJECT, BYE, end of stream ──▶ ENDED ──was never up, no REJECT──▶ BEGUN
 * </pre>
 */
public final class LightLink {
    private static final long PING_AFTER = 1_000_000_000L;
    private static final long WINDOW = 65_536;
    private static final long WINDOW_BYTES = 1 << 20;
    private static final int RECORD_HEAD = 24;
    private static final int DEADLINE_MILLIS = 30_000;

    private final int number;
    private final byte[] id;
    private ZmtpStream stream;
    private final Map<String, Offered> offers = new HashMap<>();
    private final Map<Integer, Reading> readings = new HashMap<>();
    private State state = State.BEGUN;
    private String whyEnded = "";
    private long sentAt;
    private boolean everUp;
    private int heartbeats;
    private int lastSession;
    private long lastCorrelation;
    private byte @Nullable [] reply;

    /** Where it is. */
    public enum State {
        /** Connecting, or agreeing on ZMTP. */
        BEGUN,
        /** HELLO is sent. */
        INTRODUCED,
        /** Both sides stand by the link. */
        UP,
        /** The connection is closed. */
        ENDED
    }

    /** Gets the payloads of a topic, in order. */
    @FunctionalInterface
    public interface Payloads {
        /** Takes the next. */
        void take(byte[] payload);
    }

    private record Offered(int kind, int mode, long epoch, long nextLsn) {}

    /** One session, and how far it is. */
    private static final class Reading {
        private final Payloads payloads;
        private boolean attached;
        private long number;
        private long bytes;
        private long grantedAt;
        private long grantedBytesAt;

        Reading(Payloads payloads) {
            this.payloads = payloads;
        }
    }

    LightLink(int number, SocketChannel socket) {
        this.number = number;
        this.id = id(number);
        this.stream = new ZmtpStream(socket, this::frame);
    }

    /** Where it is. */
    public State state() {
        return state;
    }

    /** Why it ended. */
    public String whyEnded() {
        return whyEnded;
    }

    /** How many PINGs were answered, and answers to its own came. */
    public int heartbeats() {
        return heartbeats;
    }

    /** How many channels and services the other side offers. */
    public int offers() {
        return offers.size();
    }

    /** Whether the other side offers it. */
    public boolean offered(String channel) {
        return offers.containsKey(channel);
    }

    /** Whether the session with that reader stands. */
    public boolean attached(int session) {
        Reading reading = readings.get(session);
        return reading != null && reading.attached;
    }

    /** The answer to the last request; null while it is not there. */
    public byte @Nullable [] reply() {
        return reply;
    }

    /** Reads a best effort topic that is offered, from where the offer said. Returns the number of the session. */
    public int attach(String topic, Payloads payloads) {
        Offered offer = offers.get(topic);
        if (offer == null) {
            throw new IllegalStateException(topic + " is not offered");
        }
        int session = ++lastSession;
        readings.put(session, new Reading(payloads));
        send(Frame.of(Frame.ATTACH, 0, session, 600)
                .u8(offer.kind())
                .u8(offer.mode())
                .str(topic)
                .str("light-" + session)
                .u16(1)
                .str("#")
                .u8(4)
                .u64(offer.epoch())
                .u64(offer.nextLsn())
                .u64(WINDOW)
                .u64(WINDOW_BYTES));
        return session;
    }

    /** Asks a service that is offered; {@link #reply} has the answer later. */
    public void request(String service, byte[] value) {
        reply = null;
        send(Frame.of(Frame.REQUEST, 0, 0, 300 + RECORD_HEAD + value.length)
                .u64(++lastCorrelation)
                .u32(DEADLINE_MILLIS)
                .u16(1)
                .str(service)
                .u32(RECORD_HEAD + value.length)
                .u16(0)
                .u16(0)
                .u64(lastCorrelation)
                .u64(System.currentTimeMillis())
                .raw(value));
    }

    /** Whether the connection ended before the link was up, and nobody said why: then it is dialled again. */
    boolean mayDialAgain() {
        return state == State.ENDED && !everUp && !whyEnded.startsWith("REJECT");
    }

    /** Begins once more, as the same node. */
    void dialledAgain(SocketChannel socket) {
        stream = new ZmtpStream(socket, this::frame);
        state = State.BEGUN;
        whyEnded = "";
    }

    void connected() throws IOException {
        stream.begin();
    }

    void came(ByteBuffer bytes) throws IOException {
        stream.take(bytes);
        if (state == State.BEGUN && stream.ready()) {
            state = State.INTRODUCED;
            send(Frame.of(Frame.HELLO, 0, 0, 200)
                    .u8(1)
                    .u8(1)
                    .u32(0)
                    .raw(id)
                    .u64(0)
                    .u64(number + 1)
                    .str("default")
                    .str("light-" + number)
                    .u16(0));
        }
    }

    /** 16 bytes in their own order, another for each link and run. */
    private static byte[] id(int number) {
        return ByteBuffer.allocate(16)
                .putLong(System.nanoTime())
                .putLong(number)
                .array();
    }

    boolean hasOutput() {
        return stream.hasOutput();
    }

    void flush() throws IOException {
        stream.flush();
    }

    void ended(String why) {
        if (state != State.ENDED) {
            state = State.ENDED;
            whyEnded = why;
        }
    }

    /** Keeps the link alive. */
    void tick(long now) {
        if (state == State.UP && now - sentAt >= PING_AFTER) {
            send(Frame.of(Frame.PING, 0, 0, 10).u64(now).u16(0));
        }
    }

    private void send(Frame frame) {
        try {
            sentAt = System.nanoTime();
            stream.send(frame.toBytes());
        } catch (IOException e) {
            ended("cannot write: " + e.getMessage());
        }
    }

    private void frame(byte[] bytes) {
        Frame frame = Frame.read(bytes);
        switch (frame.type()) {
            case Frame.WELCOME -> {
                state = State.UP;
                everUp = true;
                send(Frame.of(Frame.OFFER, Frame.COMPLETE, 0, 2).u16(0));
            }
            case Frame.REJECT -> ended("REJECT " + frame.u8());
            case Frame.BYE -> ended("BYE");
            case Frame.OFFER -> offer(frame);
            case Frame.ATTACHED -> reading(frame).attached = true;
            case Frame.REFUSED -> throw new IllegalStateException("REFUSED " + frame.u8() + " " + frame.str());
            case Frame.DATA -> data(frame);
            case Frame.GAP -> throw new IllegalStateException("a gap on a link that is slow for nobody");
            case Frame.REPLY -> reply(frame);
            case Frame.PING -> {
                heartbeats++;
                send(Frame.of(Frame.PONG, 0, 0, 8).u64(frame.u64()));
            }
            case Frame.PONG -> heartbeats++;
            default -> throw new IllegalStateException("a frame of type " + frame.type());
        }
    }

    private Reading reading(Frame frame) {
        Reading reading = readings.get(frame.session());
        if (reading == null) {
            throw new IllegalStateException("session " + frame.session() + " is none of this link");
        }
        return reading;
    }

    private void offer(Frame frame) {
        for (int left = frame.u16(); left > 0; left--) {
            int change = frame.u8();
            int kind = frame.u8();
            int mode = frame.u8();
            String channel = frame.str();
            frame.str(); // codec
            frame.u64(); // its fingerprint
            frame.u32(); // revision
            Offered offered = new Offered(kind, mode, frame.u64(), frame.u64());
            if (kind == 2) {
                frame.str(); // codec of replies
                frame.u64(); // its fingerprint
                frame.u32(); // concurrency
            }
            if (change == 0) {
                offers.put(channel, offered);
            } else {
                offers.remove(channel);
            }
        }
    }

    private void data(Frame frame) {
        Reading reading = reading(frame);
        long first = frame.u64();
        if (first != reading.number + 1) {
            throw new IllegalStateException("number " + first + " after " + reading.number);
        }
        frame.skip(8 + 8 + 16 + 8); // epoch, settled up to, low water, now
        int count = frame.u32();
        for (int i = 0; i < count; i++) {
            int length = frame.u32();
            frame.u16(); // flags
            int options = frame.u16();
            frame.skip(16 + options); // lsn, time
            reading.payloads.take(frame.raw(length - RECORD_HEAD - options));
            reading.number++;
            reading.bytes += length;
        }
        if (frame.hasMore()) {
            throw new IllegalStateException("bytes behind the last record");
        }
        boolean used = reading.number - reading.grantedAt >= WINDOW / 4
                || reading.bytes - reading.grantedBytesAt >= WINDOW_BYTES / 4;
        if (used) {
            reading.grantedAt = reading.number;
            reading.grantedBytesAt = reading.bytes;
            send(Frame.of(Frame.ACK, 0, frame.session(), 40)
                    .u64(0)
                    .u16(0)
                    .u64(0)
                    .u64(reading.number + WINDOW)
                    .u64(reading.bytes + WINDOW_BYTES));
        }
    }

    private void reply(Frame frame) {
        long correlation = frame.u64();
        int status = frame.u8();
        String text = frame.str();
        if (correlation != lastCorrelation || status != 0) {
            throw new IllegalStateException("reply to " + correlation + ": status " + status + " " + text);
        }
        reply = frame.raw(frame.u32());
    }
}
