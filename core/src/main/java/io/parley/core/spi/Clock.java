package io.parley.core.spi;

/** Time. Any thread. */
public interface Clock {
    /** Nanoseconds from an arbitrary origin, never going back: for intervals and deadlines. */
    long nanos();

    /** Milliseconds since 1970; may jump: only for what is shown to people or compared with another host's clock. */
    long millis();
}
