package io.parley.core.internal.inbox;

import io.parley.core.DeadLetter;
import io.parley.core.DedupStore;
import io.parley.core.MissedMessages;
import io.parley.core.TopicReader;
import io.parley.core.channel.Death;
import io.parley.core.channel.Happening;
import io.parley.core.channel.MessageId;
import io.parley.core.codec.Codec;
import io.parley.core.internal.inbox.InboundMessage.History;
import io.parley.core.log.Record;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.InletListener;
import io.parley.core.spi.ReaderJournal;
import io.parley.core.spi.ReaderJournal.Output;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Lease.Redelivered;
import io.parley.core.wire.Position;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through an inbox, message by message: skips what was handled before, tells gaps in their place, and keeps the counters
 * that acknowledgements are made of. Belongs to one thread at a time.
 */
final class InboxReader<T> {
    private final Inbox inbox;
    private final Codec<T> codec;
    private final TopicReader.Callbacks<T> callbacks;
    private final InletListener listener;
    private final Reading.Effects effects;
    private final ReaderCounters counters;
    private final long quarter;
    private final int quarterMessages;

    private @Nullable Entry entry;
    private @Nullable ByteBuffer view;
    private @Nullable Batch batch;
    private int index;
    private int at;
    private int attempt = 1;
    private @Nullable InboundMessage<T> current;
    private long untold;
    private int untoldMessages;

    InboxReader(Inbox inbox, Reading<T> reading, ReaderCounters counters) {
        this.inbox = inbox;
        this.codec = reading.codec();
        this.callbacks = reading.callbacks();
        this.listener = reading.listener();
        this.effects = reading.effects();
        this.counters = counters;
        this.quarter = Math.max(1, inbox.settings().window().bytes() / 4);
        this.quarterMessages = Math.max(1, inbox.settings().window().messages() / 4);
    }

    /** The message to handle now: the same until {@link #handled} or {@link #parked}; null when nothing waits. */
    @Nullable InboundMessage<T> current() {
        while (current == null) {
            Entry e = entry;
            if (e == null) {
                e = inbox.poll();
                if (e == null) {
                    tellRest();
                    return null;
                }
                begin(e);
            } else if (index == e.count() || e.line().dropped()) {
                end(e);
            } else {
                readRecord(e);
            }
        }
        return current;
    }

    /** Nothing more comes for now: what was handled is not to wait for it. */
    private void tellRest() {
        if (untold > 0 && !inbox.bestEffort()) {
            tell();
        }
    }

    private void tell() {
        untold = 0;
        untoldMessages = 0;
        inbox.tellProgress();
    }

    private void begin(Entry e) {
        index = 0;
        entry = e;
        InFrame frame = e.frame();
        if (e.line().dropped()) {
            return;
        }
        ReaderJournal kept = inbox.journal();
        if (kept != null && e.line().begins()) {
            // another subscription of this name may have read before this session could
            e.line().progress().raise(kept.latest(e.line().peer().id()), kept.lastEntry());
        }
        if (frame == null) {
            return;
        }
        ByteBuffer bytes = Record.view(frame.buffer());
        int[] offsets = e.offsets();
        at = offsets == null ? DataHead.recordsOffset(bytes) : offsets[0];
        long epoch = DataHead.epoch(bytes);
        batch = new Batch(
                e.line().peer(), inbox.settings().channel(), epoch, Record.lsn(bytes, at), Record.time(bytes, at));
        bytes.limit(bytes.capacity());
        view = bytes;
    }

    private void end(Entry e) {
        int unread = e.messages() - index;
        if (unread > 0) {
            inbox.taken(unread);
        }
        inbox.release(e);
        entry = null;
        view = null;
        batch = null;
        attempt = 1;
    }

    private void readRecord(Entry e) {
        Gap gap = e.gap();
        if (gap != null) {
            tellGap(e, gap);
            return;
        }
        Batch b = batch;
        ByteBuffer bytes = view;
        if (b == null || bytes == null) {
            throw new IllegalStateException("an entry without records");
        }
        if (!inbox.bestEffort() && e.line().progress().covers(b.epoch(), Record.lsn(bytes, at))) {
            passOver(e, bytes); // it ran before its session broke, and came again
            return;
        }
        History history = attempt == 1 ? History.FIRST : new History(attempt, Redelivered.MAYBE);
        try {
            current = InboundMessage.read(codec, b, bytes.position(at), history);
        } catch (RuntimeException e1) {
            counters.failed();
            listener.happened(Happening.DECODING_FAILED, 1, codec.name() + ": " + e1);
            advance(e, bytes, List.of());
        } finally {
            bytes.limit(bytes.capacity());
        }
    }

    private void tellGap(Entry e, Gap gap) {
        boolean exact = gap.exactness() == Gap.Exactness.EXACT;
        counters.missed(gap.count());
        boolean known = gap.count() != Gap.UNKNOWN;
        String limits = exact ? "" : known ? " (at most)" : " (how many is not known)";
        listener.happened(Happening.GAP, known ? gap.count() : 1, gap.reason() + limits);
        try {
            callbacks
                    .onMissed()
                    .accept(new MissedMessages(
                            gap.count(), exact, gap.reason(), e.line().peer()));
        } catch (RuntimeException failure) {
            listener.happened(Happening.HANDLER_FAILED, 1, "onMissed: " + failure);
        }
        if (!inbox.bestEffort()
                && !e.line().progress().covers(gap.to().epoch(), gap.to().lsn())) {
            inbox.settle(e.line(), gap.to(), List.of());
        }
        index = 1;
        e.line().advance(gap.number(), 0);
        untold++;
        tell();
    }

    /**
     * Passes over the current message when the program's own store has it. The store is asked at the first message of each
     * session: another process may have executed more meanwhile.
     */
    boolean passExecuted() throws Exception {
        Entry e = entry;
        Batch b = batch;
        ByteBuffer bytes = view;
        DedupStore store = effects.store();
        if (store == null || e == null || b == null || bytes == null || e.line().asked()) {
            return false;
        }
        Optional<MessageId> last = store.last(b.from().id());
        e.line().wasAsked();
        if (last.isPresent()) {
            Position known = new Position(last.get().epoch(), last.get().lsn());
            e.line().progress().raise(known, 0);
        }
        if (!e.line().progress().covers(b.epoch(), Record.lsn(bytes, at))) {
            return false;
        }
        current = null;
        passOver(e, bytes);
        return true;
    }

    /** The current message was handled: it is settled with what its handler sends. */
    void handled() {
        counters.received();
        pass(effects.outputs().get());
    }

    /** The current message cannot be handled: gives it to whom parked ones go, and passes on. */
    void parked(String cause, Instant at) {
        InboundMessage<T> message = current;
        if (message != null) {
            listener.happened(Happening.MESSAGE_PARKED, 1, message + ": " + cause);
            try {
                Death death = new Death(Death.Reason.ATTEMPTS, at, attempt, 0, cause, List.of());
                callbacks.onParked().accept(new DeadLetter<>(message, death));
            } catch (RuntimeException failure) {
                listener.happened(Happening.HANDLER_FAILED, 1, "onParked: " + failure);
            }
        }
        pass(List.of());
    }

    /** The current message cannot be handled, and nothing behind it may be: it stays unhandled. */
    void stopped(String cause) {
        String reader = inbox.settings().name();
        listener.happened(Happening.SUBSCRIPTION_STOPPED, 1, "reader " + reader + " at " + current + ": " + cause);
    }

    /** The current message failed: it will be given again. Returns how often it failed so far. */
    int failed() {
        tellRest();
        current = null;
        return attempt++;
    }

    private void pass(List<Output> sent) {
        current = null;
        Entry e = entry;
        ByteBuffer bytes = view;
        if (e != null && bytes != null) {
            advance(e, bytes, sent);
        }
    }

    private void advance(Entry e, ByteBuffer bytes, List<Output> sent) {
        Batch b = batch;
        if (!inbox.bestEffort() && b != null) {
            inbox.settle(e.line(), new Position(b.epoch(), Record.lsn(bytes, at)), sent);
        }
        passOver(e, bytes);
    }

    /** Goes on to the next record. The place of the sender stays: what came again may lie far behind it. */
    private void passOver(Entry e, ByteBuffer bytes) {
        int length = Record.length(bytes, at);
        e.line().advance(e.firstNumber() + index, length);
        inbox.taken(1);
        attempt = 1;
        index++;
        int[] offsets = e.offsets();
        if (index < e.count()) {
            at = offsets == null ? at + length : offsets[index];
        }
        untold += length;
        untoldMessages++;
        if (untold >= quarter || untoldMessages >= quarterMessages) {
            tell();
        }
    }

    /** Lets go of what is being read; the reader is not used again. */
    void close() {
        current = null;
        Entry e = entry;
        if (e != null) {
            end(e);
        }
        tellRest();
    }
}
