package io.parley.testkit.net;

import io.parley.core.spi.TransportLimits;
import java.time.Duration;

/**
 * How a simulated network carries frames. Immutable.
 *
 * @param latency the least time that anything takes, one way
 * @param jitter what chance adds to it, from nothing to this; order on a connection is kept nevertheless
 * @param bytesPerSecond of each connection and direction; 0 for no limit
 * @param window the most bytes that one direction of a connection holds, from {@code send} to the other side's {@code poll};
 *     with as much under way a link is full. A frame that is larger goes alone
 * @param limits of the transports; the best frame and the signal of a writable link are told, and kept to
 */
public record SimSettings(Duration latency, Duration jitter, long bytesPerSecond, int window, TransportLimits limits) {
    private static final SimSettings LAN = new SimSettings(
            Duration.ofNanos(100_000),
            Duration.ofNanos(200_000),
            0,
            256 << 10,
            new TransportLimits(1 << 20, 32 << 10, TransportLimits.Writable.SIGNALLED));

    /** Checks that the settings fit each other. */
    public SimSettings {
        if (latency.isNegative() || jitter.isNegative() || bytesPerSecond < 0 || window <= 0) {
            throw new IllegalArgumentException("latency=" + latency + " jitter=" + jitter + " bytesPerSecond="
                    + bytesPerSecond + " window=" + window + ", expected none below 0, and a window above 0");
        }
    }

    /** A quiet local network: 0.1 to 0.3 ms one way, no limit of bandwidth, a window of 256 KiB, frames up to 1 MiB. */
    public static SimSettings lan() {
        return LAN;
    }

    /** The same with other times. */
    public SimSettings withLatency(Duration least, Duration jitterOnTop) {
        return new SimSettings(least, jitterOnTop, bytesPerSecond, window, limits);
    }

    /** The same with another bandwidth. */
    public SimSettings withBytesPerSecond(long rate) {
        return new SimSettings(latency, jitter, rate, window, limits);
    }

    /** The same with another window. */
    public SimSettings withWindow(int bytes) {
        return new SimSettings(latency, jitter, bytesPerSecond, bytes, limits);
    }

    /** The same with other limits. */
    public SimSettings withLimits(TransportLimits other) {
        return new SimSettings(latency, jitter, bytesPerSecond, window, other);
    }
}
