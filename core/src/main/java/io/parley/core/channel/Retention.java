package io.parley.core.channel;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * How long a DURABLE topic keeps its messages, and a DURABLE queue its dead letters, besides the capacity of its log, which is
 * the limit of all. Whatever goes does
 * so a file at a time, so more may be kept; a reader that had not got it is told (RETENTION).
 *
 * @param age what is older goes
 * @param messages what is further back goes
 * @param interest whether messages go that every reader has
 * @param expected names of readers that count as known from the start, though none of them may have come yet
 */
public record Retention(Duration age, long messages, Interest interest, Set<String> expected) {
    /** Seven days, any number, whoever has read them. */
    public static final Retention DEFAULT =
            new Retention(Duration.ofDays(7), Long.MAX_VALUE, Interest.WHOEVER_READ, Set.of());

    /** What it means that a message was read. */
    public enum Interest {
        /** Nothing: readers that come later may want it. */
        WHOEVER_READ,
        /** Once all known readers have settled it, it goes. While none is known everything stays. */
        UNTIL_READ
    }

    /** Checks what is given. */
    public Retention {
        if (age.isNegative() || age.isZero() || messages < 1) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "retention age=" + age + " messages=" + messages
                            + ", expected an age above 0 and at least 1 message");
        }
        expected.forEach(ChannelId::checkName);
        expected = Set.copyOf(expected);
    }

    /** The same with another age. */
    public Retention withAge(Duration other) {
        return new Retention(other, messages, interest, expected);
    }

    /** The same with another number of messages. */
    public Retention withMessages(long other) {
        return new Retention(age, other, interest, expected);
    }

    /** The same, and messages go that every known reader has settled. */
    public Retention untilRead() {
        return new Retention(age, messages, Interest.UNTIL_READ, expected);
    }

    /** The same, with one more reader that counts as known. */
    public Retention expecting(String reader) {
        Set<String> more = new TreeSet<>(expected);
        more.add(reader);
        return new Retention(age, messages, interest, more);
    }
}
