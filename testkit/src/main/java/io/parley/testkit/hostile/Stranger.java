package io.parley.testkit.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A kind of connection that no node makes. Written down from the RFCs of ZMTP, not with the code of a transport. */
public enum Stranger {
    /** Greets as a peer, then begins a frame of 2 GB. */
    CLAIMS_TWO_GIGABYTES,
    /** Greets as a peer, then begins a frame whose length is negative. */
    CLAIMS_LESS_THAN_NOTHING,
    /** Greets as a peer, then sends 50,000 empty frames. */
    SENDS_EMPTY_FRAMES,
    /** A browser. */
    SPEAKS_HTTP,
    /** ZMTP 1.0: no signature, an empty identity, a frame. */
    SPEAKS_ZMTP_1,
    /** ZMTP 2.0: the signature, revision 1, a DEALER without identity. */
    SPEAKS_ZMTP_2,
    /** The first half of a greeting, and no more. */
    STOPS_HALFWAY,
    /** A greeting of which one byte comes in a second. */
    DRIPS(Duration.ofSeconds(1)),
    /** Connects, and says nothing. */
    SAYS_NOTHING;

    private static final byte[] NULL_MECHANISM = text("NULL");

    private final Duration perByte;

    Stranger() {
        this(Duration.ZERO);
    }

    Stranger(Duration perByte) {
        this.perByte = perByte;
    }

    /** All that it sends. */
    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (this) {
            case CLAIMS_TWO_GIGABYTES -> header(linked(out), Integer.MAX_VALUE);
            case CLAIMS_LESS_THAN_NOTHING -> header(linked(out), Long.MIN_VALUE | 16);
            case SENDS_EMPTY_FRAMES -> linked(out).writeBytes(new byte[2 * 50_000]);
            case SPEAKS_HTTP -> out.writeBytes(text("GET / HTTP/1.1\r\nHost: parley\r\nAccept: */*\r\n\r\n"));
            case SPEAKS_ZMTP_1 -> out.writeBytes(new byte[] {1, 0, 3, 0, 7, 7});
            case SPEAKS_ZMTP_2 -> out.writeBytes(new byte[] {(byte) 0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 1, 5, 0, 0});
            case STOPS_HALFWAY -> out.write(greeting(), 0, 33);
            case DRIPS -> out.writeBytes(greeting());
            case SAYS_NOTHING -> {}
        }
        return out.toByteArray();
    }

    /** How long it takes for each byte. */
    Duration perByte() {
        return perByte;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] greeting() {
        byte[] greeting = new byte[64];
        greeting[0] = (byte) 0xFF;
        greeting[9] = 0x7F;
        greeting[10] = 3;
        System.arraycopy(NULL_MECHANISM, 0, greeting, 12, NULL_MECHANISM.length);
        return greeting;
    }

    private static ByteArrayOutputStream linked(ByteArrayOutputStream out) {
        out.writeBytes(greeting());
        ByteArrayOutputStream ready = new ByteArrayOutputStream();
        ready.write(5);
        ready.writeBytes(text("READY"));
        property(ready, "Socket-Type", "DEALER");
        property(ready, "Identity", "");
        out.write(4);
        out.write(ready.size());
        out.writeBytes(ready.toByteArray());
        return out;
    }

    private static void property(ByteArrayOutputStream out, String name, String value) {
        out.write(name.length());
        out.writeBytes(text(name));
        out.writeBytes(ByteBuffer.allocate(4).putInt(value.length()).array());
        out.writeBytes(text(value));
    }

    private static void header(ByteArrayOutputStream out, long length) {
        out.write(2);
        out.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
    }
}
