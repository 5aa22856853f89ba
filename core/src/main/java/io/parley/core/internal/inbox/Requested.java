package io.parley.core.internal.inbox;

import io.parley.core.Message;
import io.parley.core.Peer;
import io.parley.core.channel.ChannelId;
import io.parley.core.codec.Codec;
import io.parley.core.internal.inbox.InboundMessage.History;
import io.parley.core.log.Record;
import io.parley.core.wire.Lease.Redelivered;
import java.nio.ByteBuffer;

/** Requests as messages. */
public final class Requested {
    private Requested() {}

    /**
     * Reads the record of a request.
     *
     * @param service the service that is asked
     * @param record the record, from position to limit
     * @param attempt 1 for the first
     */
    public static <Q> Message<Q> read(Origin<Q> service, ByteBuffer record, int attempt) {
        ByteBuffer view = Record.view(record);
        int at = view.position();
        Batch batch = new Batch(
                service.from(), service.channel(), service.epoch(), Record.lsn(view, at), Record.time(view, at));
        Redelivered again = attempt > 1 ? Redelivered.MAYBE : Redelivered.NO;
        return InboundMessage.read(service.codec(), batch, view, new History(attempt, again));
    }

    /**
     * Where requests come from.
     *
     * @param from who asks
     * @param epoch of its run
     * @param channel the service
     * @param codec of the requests
     * @param <Q> the type of the requests
     */
    public record Origin<Q>(Peer from, long epoch, ChannelId channel, Codec<Q> codec) {}
}
