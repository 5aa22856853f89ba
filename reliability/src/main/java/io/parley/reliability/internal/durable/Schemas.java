package io.parley.reliability.internal.durable;

import io.parley.core.channel.ChannelSettings.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * With what the messages in a channel's log were written.
 *
 * <pre>
 *   [ first ........... end of the first ][ ... end of the second ][ now ...
 * </pre>
 *
 * @param now what the channel was opened with last: so is all that was appended since
 * @param before others, of which something may be left; none twice, and none that is {@code now}
 */
record Schemas(Schema now, List<Past> before) {
    /**
     * One that was used before.
     *
     * @param schema which
     * @param endLsn one more than the last message of it
     */
    record Past(Schema schema, long endLsn) {}

    /**
     * What they are when the channel is opened again.
     *
     * @param by with what
     * @param wanted the first message that somebody may still get
     * @param endLsn one more than the last message; not more than {@code wanted} when nobody is to get any
     */
    Schemas reopened(Schema by, long wanted, long endLsn) {
        List<Past> left = new ArrayList<>();
        for (Past past : before) {
            if (past.endLsn > wanted && !past.schema.equals(by)) {
                left.add(past);
            }
        }
        if (endLsn > wanted && !now.equals(by)) {
            left.add(new Past(now, endLsn));
        }
        return new Schemas(by, List.copyOf(left));
    }
}
