package io.parley.core.channel;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Instant;

/** Where a reader begins that the sender does not know yet. */
public sealed interface Start {
    /** With the next message. */
    Start NEW = new New();
    /** With the oldest message that is still there. */
    Start EARLIEST = new Earliest();

    /**
     * With the last messages, as many as are still there.
     *
     * @throws ParleyException INVALID_ARGUMENT when the count is negative
     */
    static Start last(long count) {
        return new Last(count);
    }

    /** With the first message that was appended at this time or later. */
    static Start since(Instant time) {
        boolean far = time.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE));
        boolean past = time.isBefore(Instant.ofEpochMilli(0));
        return new Since(far ? Long.MAX_VALUE : past ? 0 : time.toEpochMilli());
    }

    /** See {@link #NEW}. */
    record New() implements Start {}

    /** See {@link #EARLIEST}. */
    record Earliest() implements Start {}

    /**
     * See {@link #last}.
     *
     * @param count how many
     */
    record Last(long count) implements Start {
        public Last {
            if (count < 0) {
                throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "last(" + count + "), expected >= 0");
            }
        }
    }

    /**
     * See {@link #since}.
     *
     * @param epochMillis milliseconds since 1970
     */
    record Since(long epochMillis) implements Start {}
}
