package io.parley.testkit.net;

import java.time.Duration;

/** What becomes of a frame on its way, as a {@link FrameRule} decides. Immutable. */
public final class FrameFate {
    /** It arrives. */
    public static final FrameFate PASS = new FrameFate(Act.PASS, Duration.ZERO);
    /** The connection breaks before it arrives; both sides hear of that. */
    public static final FrameFate BREAK_BEFORE = new FrameFate(Act.BREAK_BEFORE, Duration.ZERO);
    /** It arrives, and then the connection breaks. */
    public static final FrameFate BREAK_AFTER = new FrameFate(Act.BREAK_AFTER, Duration.ZERO);
    /** It arrives twice, which no transport may do: to see that the layer above stands it. */
    public static final FrameFate REPEAT = new FrameFate(Act.REPEAT, Duration.ZERO);
    /** It does not arrive and the connection goes on, which no transport may do: to see that a hole is noticed. */
    public static final FrameFate LOSE = new FrameFate(Act.LOSE, Duration.ZERO);

    private static final byte[] AS_THEY_ARE = {};

    private final Act act;
    private final Duration delay;
    private final byte[] bytes;

    private FrameFate(Act act, Duration delay) {
        this(act, delay, AS_THEY_ARE);
    }

    private FrameFate(Act act, Duration delay, byte[] bytes) {
        this.act = act;
        this.delay = delay;
        this.bytes = bytes;
    }

    /** Other bytes arrive in its place, as from somebody who speaks the protocol badly, or with bad intent. */
    public static FrameFate replace(byte[] by) {
        return new FrameFate(Act.REPLACE, Duration.ZERO, by.clone());
    }

    /** It arrives so much later, and all behind it on the same connection and direction too. */
    public static FrameFate delay(Duration by) {
        return new FrameFate(Act.DELAY, by);
    }

    Act act() {
        return act;
    }

    Duration by() {
        return delay;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return act == Act.DELAY ? "DELAY " + delay : act.toString();
    }

    enum Act {
        PASS,
        BREAK_BEFORE,
        BREAK_AFTER,
        REPEAT,
        LOSE,
        REPLACE,
        DELAY
    }
}
