package io.parley.core.internal.inbox;

import io.parley.core.Message;
import io.parley.core.Peer;
import io.parley.core.channel.MessageId;
import io.parley.core.codec.Codec;
import io.parley.core.log.Record;
import io.parley.core.wire.Lease.Redelivered;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A message as handed to a program. Kept small, 32 bytes: most messages carry nothing but their value. */
final class InboundMessage<T> implements Message<T> {
    private final T value;
    private final Batch batch;
    private final @Nullable Options options;
    private final int lsnAfter;
    private final int timeAfter;

    private InboundMessage(T value, Batch batch, @Nullable Options options, int lsnAfter, int timeAfter) {
        this.value = value;
        this.batch = batch;
        this.options = options;
        this.lsnAfter = lsnAfter;
        this.timeAfter = timeAfter;
    }

    /**
     * Reads the record at which a view of its bytes stands.
     *
     * @param view stands at the record; moved by this
     */
    static <T> InboundMessage<T> read(Codec<T> codec, Batch batch, ByteBuffer view, History history) {
        int at = view.position();
        int flags = Record.flags(view, at);
        boolean plain = flags == 0 && history.isFirst();
        Options options = plain ? null : new Options(view, at, history.attempt(), history.redelivered());
        long lsn = Record.lsn(view, at);
        long time = Record.time(view, at);
        int end = at + Record.length(view, at);
        T value = codec.decode(view.limit(end).position(Record.payload(view, at)));
        int lsnAfter = (int) (lsn - batch.lsn());
        int timeAfter = (int) (time - batch.time());
        if (lsnAfter != lsn - batch.lsn() || timeAfter != time - batch.time()) {
            // a frame may hold what lies weeks apart: then the message has a batch of its own
            Batch own = new Batch(batch.from(), batch.channel(), batch.epoch(), lsn, time);
            return new InboundMessage<>(value, own, options, 0, 0);
        }
        return new InboundMessage<>(value, batch, options, lsnAfter, timeAfter);
    }

    /**
     * What happened to a message before.
     *
     * @param attempt 1 for the first time
     * @param redelivered whether it may have run before
     */
    record History(int attempt, Redelivered redelivered) {
        static final History FIRST = new History(1, Redelivered.NO);

        boolean isFirst() {
            return attempt == 1 && redelivered == Redelivered.NO;
        }
    }

    /** The same message at its next attempt. */
    InboundMessage<T> again(Options next) {
        return new InboundMessage<>(value, batch, next, lsnAfter, timeAfter);
    }

    @Override
    public T value() {
        return value;
    }

    @Override
    public Peer from() {
        return batch.from();
    }

    @Override
    public String subject() {
        String suffix = options == null ? "" : options.subject();
        return suffix.isEmpty() ? batch.channel().name() : batch.channel().name() + "." + suffix;
    }

    @Override
    public MessageId id() {
        return new MessageId(batch.from().id(), batch.channel(), batch.epoch(), batch.lsn() + lsnAfter);
    }

    @Override
    public Instant time() {
        return Instant.ofEpochMilli(batch.time() + timeAfter);
    }

    @Override
    public Optional<String> key() {
        return options == null ? Optional.empty() : Optional.ofNullable(options.key());
    }

    @Override
    public Map<String, String> headers() {
        return options == null ? Map.of() : options.headers();
    }

    @Override
    public int attempt() {
        return options == null ? 1 : options.attempt();
    }

    @Override
    public boolean redelivered() {
        return options != null && options.redelivered();
    }

    @Override
    public String toString() {
        return id() + (attempt() > 1 ? " attempt " + attempt() : "");
    }
}
