package io.parley.core.internal.inbox;

import io.parley.core.DeadLetter;
import io.parley.core.Peer;
import io.parley.core.channel.ChannelId;
import io.parley.core.codec.Codec;
import io.parley.core.internal.inbox.InboundMessage.History;
import io.parley.core.log.Record;
import io.parley.core.spi.DeadRecord;
import io.parley.core.wire.Lease.Redelivered;
import java.nio.ByteBuffer;

/**
 * Makes messages of dead records again, at their sender.
 *
 * @param <T> the type of the values
 */
public final class DeadLetterReader<T> {
    private final ChannelId channel;
    private final Codec<T> codec;
    private final Peer self;

    /** Dead letters of one channel. */
    public DeadLetterReader(ChannelId channel, Codec<T> codec, Peer self) {
        this.channel = channel;
        this.codec = codec;
        this.self = self;
    }

    /** Reads one. */
    public DeadLetter<T> read(DeadRecord dead) {
        ByteBuffer view = Record.view(dead.record());
        int at = view.position();
        view.limit(view.capacity());
        Batch batch = new Batch(self, channel, dead.epoch(), Record.lsn(view, at), Record.time(view, at));
        History history = new History(Math.max(1, dead.death().attempts()), Redelivered.MAYBE);
        InboundMessage<T> message = InboundMessage.read(codec, batch, view.position(at), history);
        return new DeadLetter<>(message, dead.death());
    }
}
