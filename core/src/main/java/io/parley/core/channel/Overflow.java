package io.parley.core.channel;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;

/**
 * What an append does when the channel's log is full.
 *
 * @param action what is done
 * @param timeout how long {@link Action#BLOCK} waits; zero for the others
 */
public record Overflow(Action action, Duration timeout) {

    /** What is done. */
    public enum Action {
        /**
         * The appending thread waits for room, then fails with LOG_FULL. Where readers keep up it may be held back a few
         * milliseconds before the log is full, so that it stays small.
         */
        BLOCK,
        /** The append fails at once with LOG_FULL. */
        FAIL,
        /** The oldest messages make room; readers that had not got them are told by a GAP. */
        DROP_OLDEST,
        /** The new message is dropped, counted and told by a GAP. */
        DROP_NEWEST
    }

    public Overflow {
        if (timeout.isNegative()) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "timeout=" + timeout + ", expected >= 0; use fail() to never wait");
        }
    }

    /** Wait for room, at most this long. */
    public static Overflow block(Duration timeout) {
        return new Overflow(Action.BLOCK, timeout);
    }

    /** Fail at once. */
    public static Overflow fail() {
        return new Overflow(Action.FAIL, Duration.ZERO);
    }

    /** Let the oldest go. */
    public static Overflow dropOldest() {
        return new Overflow(Action.DROP_OLDEST, Duration.ZERO);
    }

    /** Let the new one go. */
    public static Overflow dropNewest() {
        return new Overflow(Action.DROP_NEWEST, Duration.ZERO);
    }
}
