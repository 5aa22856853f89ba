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

/** A message as handed to a program. Kept small, 24 bytes: most messages carry nothing but their value. */
final class InboundMessage<T> implements Message<T> {
    private static final int HALF = 16;
    private static final int MOST = (1 << HALF) - 1;

    private final T value;
    private final Context context;
    /** How far behind the batch's first one it is: lsns in the upper half, milliseconds in the lower. */
    private final int place;

    private InboundMessage(T value, Context context, int place) {
        this.value = value;
        this.context = context;
        this.place = place;
    }

    /**
     * Reads the record at which a view of its bytes stands.
     *
     * @param view stands at the record; moved by this
     */
    static <T> InboundMessage<T> read(Codec<T> codec, Batch batch, ByteBuffer view, History history) {
        int at = view.position();
        long lsn = Record.lsn(view, at);
        long lsns = lsn - batch.lsn();
        long time = Record.time(view, at);
        long millis = time - batch.time();
        Batch mine = batch;
        int place = (int) (lsns << HALF | millis);
        if (lsns < 0 || lsns > MOST || millis < 0 || millis > MOST) {
            // a frame may hold what lies weeks apart: then the message has a batch of its own
            mine = new Batch(batch.from(), batch.channel(), batch.epoch(), lsn, time);
            place = 0;
        }
        boolean plain = Record.flags(view, at) == 0 && history.isFirst();
        Context context = plain ? mine : new Options(mine, view, at, history);
        int end = at + Record.length(view, at);
        T value = codec.decode(view.limit(end).position(Record.payload(view, at)));
        return new InboundMessage<>(value, context, place);
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

    @Override
    public T value() {
        return value;
    }

    private Batch batch() {
        return context.batch();
    }

    @Override
    public Peer from() {
        return batch().from();
    }

    @Override
    public String subject() {
        Options options = context.options();
        String suffix = options == null ? "" : options.subject();
        String channel = batch().channel().name();
        return suffix.isEmpty() ? channel : channel + "." + suffix;
    }

    @Override
    public MessageId id() {
        Batch batch = batch();
        return new MessageId(batch.from().id(), batch.channel(), batch.epoch(), batch.lsn() + (place >>> HALF));
    }

    @Override
    public Instant time() {
        return Instant.ofEpochMilli(batch().time() + (place & MOST));
    }

    @Override
    public Optional<String> key() {
        Options options = context.options();
        return options == null ? Optional.empty() : Optional.ofNullable(options.key());
    }

    @Override
    public Map<String, String> headers() {
        Options options = context.options();
        return options == null ? Map.of() : options.headers();
    }

    @Override
    public int attempt() {
        Options options = context.options();
        return options == null ? 1 : options.attempt();
    }

    @Override
    public boolean redelivered() {
        Options options = context.options();
        return options != null && options.redelivered();
    }

    @Override
    public String toString() {
        return id() + (attempt() > 1 ? " attempt " + attempt() : "");
    }
}
