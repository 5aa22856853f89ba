package io.parley.core.spi;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Time. Any thread. */
public interface Clock {
    /**
     * A duration in nanoseconds, to be added to a time: one of more than 73 years, either way, is taken for so long, so that
     * neither the conversion nor the sum can overflow.
     */
    static long span(Duration duration) {
        long most = Long.MAX_VALUE / 4;
        return Math.max(-most, Math.min(most, TimeUnit.NANOSECONDS.convert(duration)));
    }

    /** Nanoseconds from an arbitrary origin, never going back: for intervals and deadlines. */
    long nanos();

    /** Milliseconds since 1970; may jump: only for what is shown to people or compared with another host's clock. */
    long millis();
}
