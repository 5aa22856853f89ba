package io.parley.transport.plain;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.transport.internal.plain.NativeType;
import io.parley.transport.internal.plain.SocketSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits of a plain socket. Immutable; each method returns a changed copy.
 *
 * <p>What a socket may hold in memory is at most {@code queueBytes} each way, and in JeroMQ for each connection about 16 MiB each
 * way, or two messages when these are larger.
 */
public final class PlainSettings {
    /** 1 MiB and 100 frames a message, 16 MiB wait each way, 1,000 connections, sending waits for 5 s; no CURVE. */
    public static final PlainSettings DEFAULT =
            new PlainSettings(new Limits(1 << 20, 100, 16 << 20, 1_000), Duration.ofSeconds(5), null);

    private static final int MIN_MESSAGE = 1 << 10;
    private static final int MAX_MESSAGE = 256 << 20;
    private static final int MAX_FRAMES = 10_000;
    private static final int MIN_QUEUE = 64 << 10;
    private static final int MAX_QUEUE = 1 << 30;
    private static final int MAX_CONNECTIONS = 10_000;

    private record Limits(int message, int frames, int queue, int connections) {}

    private final Limits limits;
    private final Duration sendTimeout;
    private final @Nullable PlainCurve curve;

    private PlainSettings(Limits limits, Duration sendTimeout, @Nullable PlainCurve curve) {
        this.limits = limits;
        this.sendTimeout = sendTimeout;
        this.curve = curve;
    }

    /**
     * With another limit for a message, all its frames together. Who sends more is disconnected.
     *
     * @param bytes 1 KiB to 256 MiB
     */
    public PlainSettings maxMessage(int bytes) {
        check("maxMessage", bytes, MIN_MESSAGE, MAX_MESSAGE);
        return with(new Limits(bytes, limits.frames(), limits.queue(), limits.connections()));
    }

    /**
     * With another limit for the frames of a message. Who sends more is disconnected.
     *
     * @param frames 4 to 10,000, envelopes included
     */
    public PlainSettings maxFrames(int frames) {
        check("maxFrames", frames, 4, MAX_FRAMES);
        return with(new Limits(limits.message(), frames, limits.queue(), limits.connections()));
    }

    /**
     * With another limit for what waits to be sent, and for what waits for the handler.
     *
     * @param bytes 64 KiB to 1 GiB; a message that is larger waits alone
     */
    public PlainSettings queueBytes(int bytes) {
        check("queueBytes", bytes, MIN_QUEUE, MAX_QUEUE);
        return with(new Limits(limits.message(), limits.frames(), bytes, limits.connections()));
    }

    /**
     * With another limit for connections; who comes when there are as many is disconnected.
     *
     * @param connections 1 to 10,000
     */
    public PlainSettings maxConnections(int connections) {
        check("maxConnections", connections, 1, MAX_CONNECTIONS);
        return with(new Limits(limits.message(), limits.frames(), limits.queue(), connections));
    }

    /**
     * With another limit for how long sending waits for room.
     *
     * @param timeout not negative, at most a day
     */
    public PlainSettings sendTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "sendTimeout=" + timeout + ", expected 0 to one day");
        }
        return new PlainSettings(limits, timeout, curve);
    }

    /** With CURVE. */
    public PlainSettings curve(PlainCurve newCurve) {
        return new PlainSettings(limits, sendTimeout, newCurve);
    }

    private PlainSettings with(Limits changed) {
        return new PlainSettings(changed, sendTimeout, curve);
    }

    private static void check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, what + "=" + value + ", expected " + least + " to " + most);
        }
    }

    Duration sendTimeout() {
        return sendTimeout;
    }

    int maxMessage() {
        return limits.message();
    }

    SocketSettings of(NativeType type) {
        return new SocketSettings(
                type,
                limits.message(),
                limits.frames(),
                limits.queue(),
                limits.connections(),
                curve == null ? null : curve.curve());
    }
}
