package io.parley.core.internal.engine;

import io.parley.core.DeadLetter;
import io.parley.core.Offer;
import io.parley.core.Outgoing;
import io.parley.core.Publisher;
import io.parley.core.Pusher;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Filter;
import io.parley.core.channel.MessageId;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Overflow;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.internal.channel.Channel;
import io.parley.core.internal.channel.PendingReceipt;
import io.parley.core.internal.inbox.DeadLetterReader;
import io.parley.core.log.Journaled;
import io.parley.core.spi.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The handle of a publisher or pusher: appends to its channel, and waits where the policy says so. */
final class SenderHandle<T> implements Publisher<T>, Pusher<T> {
    private static final Duration RECEIPT_WAIT = Duration.ofSeconds(60);

    private final Engine engine;
    private final Outbound outbound;
    private final Channel<T> channel;
    private final Runnable onClose;
    private final Pace pace;

    SenderHandle(Engine engine, Outbound outbound, Channel<T> channel, Runnable onClose) {
        this.engine = engine;
        this.outbound = outbound;
        this.channel = channel;
        this.onClose = onClose;
        pace = new Pace(
                channel, engine.rim().clock(), (condition, nanos) -> engine.await(channel.changed(), condition, nanos));
    }

    Engine engine() {
        return engine;
    }

    Channel<T> channel() {
        return channel;
    }

    /** One way of appending. */
    private interface Append {
        long tryOnce();
    }

    @Override
    public void send(T value) {
        long lsn = channel.append(value, null);
        appended(lsn == Channel.FULL ? appendFull(() -> channel.append(value, null)) : lsn);
    }

    @Override
    public void send(String subject, T value) {
        Filter.checkSubject(subject);
        long lsn = channel.append(value, subject, null, null);
        appended(lsn == Channel.FULL ? appendFull(() -> channel.append(value, subject, null, null)) : lsn);
    }

    @Override
    public void send(Outgoing<T> message) {
        long lsn = channel.append(message, null);
        appended(lsn == Channel.FULL ? appendFull(() -> channel.append(message, null)) : lsn);
    }

    /**
     * A message is in the log, unless it was dropped: waits until it is in the journal, where that is promised, and for
     * readers that keep up.
     */
    private void appended(long lsn) {
        Journaled journaled = channel.journaled();
        if (journaled != null && journaled.flush().beforeVisible() && lsn != Channel.FULL) {
            awaitJournal(journaled, lsn);
        }
        pace.keep();
    }

    private void awaitJournal(Journaled journaled, long lsn) {
        Overflow overflow = channel.settings().overflow();
        Duration patience = overflow.action() == Overflow.Action.BLOCK ? overflow.timeout() : ChannelSettings.PATIENCE;
        BooleanSupplier over =
                () -> journaled.end() > lsn || journaled.failure() != null || waitsInVain(journaled, overflow);
        boolean known = await(over, Clock.span(patience));
        if (journaled.end() > lsn) {
            return;
        }
        ParleyException failure = journaled.failure();
        if (failure != null) {
            throw failure;
        }
        String why = "the disk did not take it within " + TimeUnit.MILLISECONDS.convert(patience) + " ms";
        if (engine.isOnLoop()) {
            why = "a handler on the loop cannot wait for the disk: use offer or sendAsync there";
        } else if (known) {
            why = "there is no room on disk; it is written once there is";
        }
        throw new ParleyException(
                ErrorCode.TIMEOUT,
                channel.settings().id() + ": message " + lsn + " is accepted, and not known to be in the journal: "
                        + why);
    }

    /** It was accepted, and then there was no room on disk: who does not wait for room does not wait for this either. */
    private static boolean waitsInVain(Journaled journaled, Overflow overflow) {
        return overflow.action() != Overflow.Action.BLOCK && journaled.lacksRoom();
    }

    /** The log is full: does as the policy says. Returns the lsn, or {@link Channel#FULL} when the message was dropped. */
    private long appendFull(Append append) {
        Overflow overflow = channel.settings().overflow();
        switch (overflow.action()) {
            case BLOCK -> {
                return appendBlocking(append, overflow.timeout());
            }
            case DROP_OLDEST, DROP_NEWEST -> {
                channel.drop();
                return Channel.FULL;
            }
            default -> throw full("the policy is to fail at once");
        }
    }

    private long appendBlocking(Append append, Duration timeout) {
        long deadline = now() + Clock.span(timeout);
        while (true) {
            long left = deadline - now();
            if (left <= 0 || !await(this::hasRoom, left)) {
                throw full(
                        engine.isOnLoop()
                                ? "a handler on the loop cannot wait for room"
                                : "no room came within " + TimeUnit.MILLISECONDS.convert(timeout) + " ms");
            }
            long lsn = append.tryOnce();
            if (lsn != Channel.FULL) {
                return lsn;
            }
        }
    }

    private boolean hasRoom() {
        return channel.closed() || channel.log().hasAmpleRoom();
    }

    private ParleyException full(String why) {
        return new ParleyException(
                ErrorCode.LOG_FULL,
                channel.settings().id() + ": its log holds " + channel.log().usedBytes() + " of "
                        + channel.log().capacity() + " bytes and " + channel.readers() + " readers are attached, " + why
                        + "; raise capacity(...), let readers catch up, or choose another Overflow");
    }

    private long now() {
        return engine.rim().clock().nanos();
    }

    private boolean await(BooleanSupplier condition, long nanos) {
        try {
            return engine.await(channel.changed(), condition, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParleyException(
                    ErrorCode.INTERRUPTED, channel.settings().id() + ": interrupted while waiting", e);
        }
    }

    @Override
    public Offer offer(T value) {
        return offered(channel.append(value, null));
    }

    @Override
    public Offer offer(Outgoing<T> message) {
        return offered(channel.append(message, null));
    }

    private Offer offered(long lsn) {
        if (lsn != Channel.FULL) {
            return Offer.ACCEPTED;
        }
        return channel.readers() == 0 ? Offer.NOT_CONNECTED : Offer.FULL;
    }

    @Override
    public CompletableFuture<Receipt> sendAsync(T value) {
        return sendAsync(Outgoing.of(value), promised());
    }

    private Stage promised() {
        return switch (channel.settings().mode()) {
            case BEST_EFFORT -> Stage.ACCEPTED;
            case RELIABLE -> Stage.PROCESSED;
            case DURABLE -> Stage.JOURNALED;
        };
    }

    @Override
    public CompletableFuture<Receipt> sendAsync(Outgoing<T> message, Stage stage) {
        if (neverGetsTo(stage)) {
            return CompletableFuture.failedFuture(unavailable(stage));
        }
        if (stage == Stage.ACCEPTED) {
            long lsn = appendOrWait(message, null);
            return CompletableFuture.completedFuture(new Receipt(idOf(lsn), stage, List.of()));
        }
        if (!await(() -> channel.receipts().hasRoom() || channel.closed(), Clock.span(RECEIPT_WAIT))) {
            throw new ParleyException(
                    ErrorCode.LOG_FULL,
                    channel.settings().id() + ": " + channel.receipts().limit()
                            + " receipts are awaited already (maxReceipts); wait for some of them");
        }
        PendingReceipt receipt = new PendingReceipt(stage);
        appendOrWait(message, receipt);
        return receipt.future();
    }

    private boolean neverGetsTo(Stage stage) {
        Mode mode = channel.settings().mode();
        return stage == Stage.PROCESSED && mode == Mode.BEST_EFFORT || stage == Stage.JOURNALED && mode != Mode.DURABLE;
    }

    private ParleyException unavailable(Stage stage) {
        return new ParleyException(
                ErrorCode.MODE_UNAVAILABLE,
                channel.settings().id() + " is " + channel.settings().mode() + " and never gets to " + stage);
    }

    private long appendOrWait(Outgoing<T> message, @Nullable PendingReceipt receipt) {
        long lsn = channel.append(message, receipt);
        if (lsn == Channel.FULL) {
            lsn = appendFull(() -> channel.append(message, receipt));
        }
        if (lsn == Channel.FULL) {
            throw full("the message was dropped, as the policy says");
        }
        return lsn;
    }

    /** Sends a message, and waits until it is in the journal, whatever the flush policy. Returns its id. */
    MessageId sendJournaled(Outgoing<T> message, Journaled journaled) {
        long lsn = appendOrWait(message, null);
        awaitJournal(journaled, lsn);
        return idOf(lsn);
    }

    private MessageId idOf(long lsn) {
        return new MessageId(
                engine.self().id(), channel.settings().id(), engine.self().run().epoch(), lsn);
    }

    @Override
    public void flush(Duration timeout) {
        flush(channel::flushed, timeout);
    }

    @Override
    public void flush(Stage stage, Duration timeout) {
        if (neverGetsTo(stage)) {
            throw unavailable(stage);
        }
        switch (stage) {
            case ACCEPTED -> {}
            case JOURNALED -> flush(channel::flushed, timeout);
            case PROCESSED -> flush(channel::settled, timeout);
        }
    }

    private void flush(LongSupplier reached, Duration timeout) {
        long upTo = channel.nextLsn();
        boolean done =
                await(() -> reached.getAsLong() >= upTo || channel.closed() || failure() != null, Clock.span(timeout));
        if (reached.getAsLong() >= upTo) {
            return;
        }
        ParleyException failure = failure();
        if (failure != null) {
            throw failure;
        }
        throw done
                ? new ParleyException(ErrorCode.CLOSED, channel.settings().id() + " was closed before it was flushed")
                : new ParleyException(
                        ErrorCode.TIMEOUT,
                        channel.settings().id() + ": " + (upTo - reached.getAsLong())
                                + " messages were not flushed within " + TimeUnit.MILLISECONDS.convert(timeout)
                                + " ms");
    }

    private @Nullable ParleyException failure() {
        Journaled journaled = channel.journaled();
        return journaled == null ? null : journaled.failure();
    }

    @Override
    public void awaitSubscribers(int count, Duration timeout) {
        awaitReaders(count, timeout, "subscribers");
    }

    @Override
    public void awaitWorkers(int count, Duration timeout) {
        awaitReaders(count, timeout, "workers");
    }

    private void awaitReaders(int count, Duration timeout, String what) {
        if (!await(() -> channel.readers() >= count || channel.closed(), Clock.span(timeout))) {
            throw new ParleyException(
                    ErrorCode.TIMEOUT,
                    channel.settings().id() + ": " + channel.readers() + " of " + count + " " + what + " came within "
                            + TimeUnit.MILLISECONDS.convert(timeout) + " ms");
        }
        if (channel.closed()) {
            throw new ParleyException(ErrorCode.CLOSED, channel.settings().id() + " was closed");
        }
    }

    @Override
    public void onDead(Consumer<DeadLetter<T>> listener) {
        DeadLetterReader<T> letters = deadLetterReader();
        outbound.onDead(dead -> {
            DeadLetter<T> letter = letters.read(dead);
            engine.complete(() -> listener.accept(letter));
        });
    }

    DeadLetterReader<T> deadLetterReader() {
        return new DeadLetterReader<>(channel.settings().id(), channel.codec(), engine.selfPeer());
    }

    @Override
    public SenderStats stats() {
        return new SenderStats(
                channel.nextLsn() - 1 - channel.dropped(),
                channel.dropped(),
                channel.log().usedBytes(),
                channel.readers());
    }

    @Override
    public void close() {
        if (channel.closed()) {
            return;
        }
        long upTo = channel.nextLsn();
        channel.close();
        boolean interrupted = false;
        try {
            engine.await(
                    channel.changed(),
                    () -> channel.flushed() >= upTo,
                    Clock.span(engine.limits().linger()));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        onClose.run();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
