package io.parley.core.channel;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;

/**
 * When what was written to a journal is forced to the disk, and with that, what JOURNALED says. Whatever it is, what was
 * written survives the death of the process; only what was forced survives the loss of power.
 *
 * @param every the longest that written records wait for a force; zero: readers and receipts wait for it
 */
public record Flush(Duration every) {
    /**
     * Each group of records is forced before anybody sees it, and {@code send} waits for that: no crash takes back what a
     * reader saw or a receipt said. The default.
     */
    public static final Flush ALWAYS = new Flush(Duration.ZERO);

    /** The system writes to the disk when it likes: a power cut takes back what it has not written. */
    public static final Flush OS = new Flush(Duration.ofDays(365));

    /** Checks the duration. */
    public Flush {
        if (every.isNegative()) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "flush every " + every + ", expected >= 0; ALWAYS is 0");
        }
    }

    /** What was written is forced after so long: a power cut takes back at most what was written since. */
    public static Flush every(Duration duration) {
        return new Flush(duration);
    }

    /** Whether readers wait for the force. */
    public boolean beforeVisible() {
        return every.isZero();
    }
}
