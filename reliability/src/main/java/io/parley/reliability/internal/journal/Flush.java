package io.parley.reliability.internal.journal;

import java.time.Duration;

/**
 * When what was written is forced, and with that, what a receipt of JOURNALED says.
 *
 * @param every the longest that written records wait for a force; zero: readers and receipts wait for it
 */
public record Flush(Duration every) {
    /** Each group is forced before anybody sees it: no crash takes back what a reader saw. The default. */
    public static final Flush ALWAYS = new Flush(Duration.ZERO);

    /** The system writes to the disk when it likes: a power cut takes back what it has not written. */
    public static final Flush OS = new Flush(Duration.ofDays(365));

    /** Whether readers wait for the force. */
    public boolean beforeVisible() {
        return every.isZero();
    }
}
