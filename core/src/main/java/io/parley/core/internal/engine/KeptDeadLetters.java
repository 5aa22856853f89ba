package io.parley.core.internal.engine;

import io.parley.core.DeadLetter;
import io.parley.core.DeadLetters;
import io.parley.core.Message;
import io.parley.core.Outgoing;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.MessageId;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.internal.inbox.DeadLetterReader;
import io.parley.core.log.Journaled;
import io.parley.core.log.Record;
import io.parley.core.spi.DeadRecord;
import io.parley.core.spi.DeadRecords;
import io.parley.core.wire.Position;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The dead letters of a queue that this node sends on. Any thread. */
final class KeptDeadLetters<T> implements DeadLetters<T> {
    private static final int PAGE = 100;

    private final SenderHandle<T> sender;
    private final DeadRecords records;
    private final Journaled journaled;
    private final DeadLetterReader<T> reader;
    private final MessageId first;

    private KeptDeadLetters(SenderHandle<T> sender, DeadRecords records, Journaled journaled, MessageId first) {
        this.sender = sender;
        this.records = records;
        this.journaled = journaled;
        this.first = first;
        reader = sender.deadLetterReader();
    }

    static <T> KeptDeadLetters<T> of(Engine engine, SenderHandle<T> sender) {
        ChannelSettings settings = sender.channel().settings();
        ChannelId id = settings.id();
        DeadRecords records = engine.rim()
                .deliveries()
                .sending(id.kind(), settings.mode())
                .deadRecords(sender.channel().log());
        Journaled journaled = sender.channel().journaled();
        if (records == null || journaled == null) {
            throw new ParleyException(
                    ErrorCode.MODE_UNAVAILABLE,
                    id + " is " + settings.mode()
                            + ": dead letters are kept of DURABLE queues alone; onDead hears of others");
        }
        return new KeptDeadLetters<>(
                sender, records, journaled, new MessageId(engine.self().id(), id, 0, 0));
    }

    @Override
    public long count() {
        return records.count();
    }

    @Override
    public void forEach(Consumer<DeadLetter<T>> visitor) {
        List<DeadRecord> page = records.after(Position.ZERO, PAGE);
        while (!page.isEmpty()) {
            for (DeadRecord dead : page) {
                visitor.accept(reader.read(dead));
            }
            page = records.after(position(page.get(page.size() - 1)), PAGE);
        }
    }

    private static Position position(DeadRecord dead) {
        return new Position(
                dead.epoch(), Record.lsn(dead.record(), dead.record().position()));
    }

    @Override
    public Optional<DeadLetter<T>> find(MessageId id) {
        return Optional.ofNullable(record(id)).map(reader::read);
    }

    private @Nullable DeadRecord record(MessageId id) {
        return isOurs(id) ? records.find(new Position(id.epoch(), id.lsn())) : null;
    }

    private boolean isOurs(MessageId id) {
        return id.node().equals(first.node()) && id.channel().equals(first.channel());
    }

    @Override
    public MessageId redrive(MessageId id) {
        DeadRecord dead = record(id);
        if (dead == null) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "there is no dead letter " + id + " here; it was redriven or discarded, or retention took it");
        }
        MessageId again = sender.sendJournaled(again(dead, id), journaled);
        records.remove(new Position(id.epoch(), id.lsn()), DeadRecords.Removal.REDRIVEN);
        return again;
    }

    private Outgoing<T> again(DeadRecord dead, MessageId id) {
        Message<T> message = reader.read(dead).message();
        Outgoing<T> outgoing = Outgoing.of(message.value());
        String channel = first.channel().name();
        if (message.subject().length() > channel.length()) {
            outgoing = outgoing.subject(message.subject().substring(channel.length() + 1));
        }
        if (message.key().isPresent()) {
            outgoing = outgoing.key(message.key().get());
        }
        for (Map.Entry<String, String> header : message.headers().entrySet()) {
            outgoing = outgoing.header(header.getKey(), header.getValue());
        }
        if (!message.headers().containsKey(ORIGIN_ID)) {
            outgoing = outgoing.header(ORIGIN_ID, id.toString());
        }
        int at = dead.record().position();
        long expiry = Record.expiry(dead.record(), at);
        long millis = expiry - Record.time(dead.record(), at);
        return expiry == Long.MAX_VALUE ? outgoing : outgoing.ttl(Duration.ofMillis(Math.max(1, millis)));
    }

    @Override
    public boolean discard(MessageId id) {
        return isOurs(id) && records.remove(new Position(id.epoch(), id.lsn()), DeadRecords.Removal.DISCARDED);
    }
}
