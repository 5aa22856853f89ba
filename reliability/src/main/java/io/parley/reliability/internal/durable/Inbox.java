package io.parley.reliability.internal.durable;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Flush;
import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.spi.LogListener;
import io.parley.core.spi.ReaderJournal;
import io.parley.core.spi.ReaderJournal.Output;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.journal.JournalLog;
import io.parley.reliability.internal.journal.Recovery;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the readers of a data directory have executed, and what their transactions send: a log whose records hold entries, see
 * {@link InboxEntry}. It is always forced before anybody is told.
 *
 * <pre>
 *   settle ──▶ pending ──written──▶ staged ──forced──▶ safe: acknowledged; outputs go to their channels' logs
 * </pre>
 *
 * The settlement of a message and its outputs stand in one record. What of them had got into its channel's log before a crash
 * is told by that log, see {@link ChannelOutputs}. When the inbox has grown to twice what it says, all of that is written anew
 * at its end, and what came before is let go of.
 */
final class Inbox implements Committer.Files {
    /** What may be settled and not be in its channels' logs. */
    private static final long MOST_HELD = 8L << 20;

    private static final long CAPACITY = 64L << 20;
    private static final long SMALL = CAPACITY / 8;
    private static final long RETRY = Duration.ofMillis(50).toNanos();

    private final DataDirectory directory;
    private final JournalLog log;
    private final InboxWriter writer;
    private final InboxState state = new InboxState();
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile long safe;
    private volatile @Nullable ParleyException failure;

    // any thread, guarded by this
    private ArrayDeque<Step> pending = new ArrayDeque<>();
    private long lastNumber;

    // the thread that commits
    private final ArrayDeque<Step> taken = new ArrayDeque<>();
    private final List<Step> staged = new ArrayList<>();
    private final Set<ReaderInbox> readers = new LinkedHashSet<>();
    private @Nullable String report;
    private long compactAt;
    private boolean full;

    /** All of a sender is settled up to a message, and this is sent with it. */
    private static final class Step {
        private final ReaderInbox by;
        private final NodeId sender;
        private final List<Output> outputs;
        private final long[] outputNumbers;
        private Position upTo;
        private long number;

        Step(ReaderInbox by, NodeId sender, Position upTo, List<Output> outputs) {
            this.by = by;
            this.sender = sender;
            this.upTo = upTo;
            this.outputs = outputs;
            outputNumbers = new long[outputs.size()];
        }

        boolean goesOn(ReaderInbox with, NodeId of) {
            return outputs.isEmpty() && by == with && sender.equals(of);
        }

        int bytes() {
            int bytes = InboxEntry.MOST_SETTLED;
            for (Output output : outputs) {
                bytes += InboxEntry.MOST_HEAD + output.record().remaining();
            }
            return bytes;
        }
    }

    /** Opens it, and reads what is there. On the thread that commits. */
    Inbox(DataDirectory directory, Recovery found, long epoch) {
        this.directory = directory;
        log = new JournalLog(found, Flush.ALWAYS, epoch, CAPACITY);
        writer = new InboxWriter(log);
        read();
        held.set(state.bytes());
        compactAt = Math.max(SMALL, 2 * log.usedBytes());
        long damaged = log.damages().stream()
                .mapToLong(d -> d.toLsn() - d.fromLsn() + 1)
                .sum();
        report = damaged == 0
                ? null
                : damaged + " records of the inbox cannot be read any more: what they settled may run again, what they"
                        + " sent may be missing; a copy is in quarantine/";
    }

    private void read() {
        LogCursor cursor = new LogCursor(log, log.firstLsn());
        while (cursor.hasNext()) {
            ByteBuffer bytes = Record.view(cursor.segment().buffer());
            int at = cursor.offset();
            bytes.limit(at + Record.length(bytes, at)).position(Record.payload(bytes, at));
            InboxEntry.read(bytes, state);
            cursor.next();
        }
    }

    // any thread

    long settle(ReaderInbox by, NodeId sender, Position upTo, List<Output> outputs) {
        long number;
        synchronized (this) {
            Step last = pending.peekLast();
            if (last == null || !outputs.isEmpty() || !last.goesOn(by, sender)) {
                last = new Step(by, sender, upTo, outputs);
                pending.add(last);
            }
            number = ++lastNumber;
            last.upTo = upTo;
            last.number = number;
        }
        for (Output output : outputs) {
            held.addAndGet(output.record().remaining());
        }
        if (!told.get() && told.compareAndSet(false, true)) {
            directory.committer().wake(this);
        }
        return number;
    }

    synchronized long lastEntry() {
        return lastNumber;
    }

    long safeUpTo() {
        return safe;
    }

    boolean hasRoom() {
        return held.get() <= MOST_HELD && failure == null;
    }

    void closed(ReaderInbox reader) {
        directory.committer().post(() -> readers.remove(reader));
    }

    // the thread that commits

    /** A reader of its own journal. */
    ReaderJournal open(InboxEntry.Reader reader, LogListener listener) {
        ReaderInbox opened = new ReaderInbox(this, reader, state.places(reader), listener);
        readers.add(opened);
        if (report != null) {
            listener.happened(Happening.JOURNAL_DAMAGED, 1, report);
            report = null;
        }
        return opened;
    }

    @Override
    public long commit(long now) {
        told.set(false); // before looking: who settles from now on tells again
        if (failure != null) {
            return Long.MAX_VALUE;
        }
        try {
            write();
            if (log.usedBytes() > compactAt) {
                compact();
            }
            tellRoom();
        } catch (ParleyException e) {
            if (e.code() != ErrorCode.DISK_FULL) {
                fail(e);
                return Long.MAX_VALUE;
            }
            tellFull(e);
            return now + RETRY;
        } catch (RuntimeException e) {
            fail(new ParleyException(ErrorCode.INTERNAL, "the inbox failed: " + e, e));
            return Long.MAX_VALUE;
        }
        return place(now);
    }

    private void write() {
        synchronized (this) {
            taken.addAll(pending);
            pending = new ArrayDeque<>();
        }
        boolean room = true;
        while (!taken.isEmpty() && room) {
            room = writeRecord();
        }
        log.commit();
        List<Step> done = List.copyOf(staged);
        staged.clear();
        done.forEach(this::isSafe);
        if (!done.isEmpty()) {
            safe = done.get(done.size() - 1).number;
            readers.forEach(reader -> reader.listener().moved());
        }
        if (!room) {
            throw new ParleyException(
                    ErrorCode.DISK_FULL, "the inbox holds " + log.usedBytes() + " bytes, its limit is " + CAPACITY);
        }
    }

    /** Writes one record, of as many steps as fit well; each is in it with all of its outputs. */
    private boolean writeRecord() {
        int bytes = 0;
        int count = 0;
        for (Step step : taken) {
            int more = step.bytes();
            if (count > 0 && bytes + more > InboxWriter.USUAL) {
                break;
            }
            bytes += more;
            count++;
        }
        if (!writer.begin(bytes)) {
            return false;
        }
        for (; count > 0; count--) {
            Step step = taken.removeFirst();
            writeOutputs(step);
            Step next = count > 1 ? taken.getFirst() : null;
            if (next == null || next.by != step.by || !next.sender.equals(step.sender)) {
                writer.settled(step.by.reader(), step.sender, step.upTo); // else the next one says more
            }
            staged.add(step);
        }
        writer.end();
        return true;
    }

    private void writeOutputs(Step step) {
        for (int i = 0; i < step.outputNumbers.length; i++) {
            Output output = step.outputs.get(i);
            step.outputNumbers[i] = state.outputs(output.channel()).next();
            writer.output(output.channel(), step.outputNumbers[i], output.record());
        }
    }

    /** Nothing takes it back: now its outputs may be seen. */
    private void isSafe(Step step) {
        step.by.places().safe(step.sender, step.upTo);
        for (int i = 0; i < step.outputNumbers.length; i++) {
            Output output = step.outputs.get(i);
            state.outputs(output.channel()).add(step.outputNumbers[i], output.record());
        }
    }

    private void compact() {
        long from = log.nextLsn();
        state.write(writer);
        writer.end();
        log.commit();
        log.trim(from);
        log.tidy();
        compactAt = Math.max(SMALL, 2 * log.usedBytes());
    }

    /** Gives what was sent to its channels' logs, as far as these have room; returns when to try again. */
    private long place(long now) {
        boolean waiting = false;
        for (ChannelOutputs outputs : state.outputs()) {
            outputs.place(directory.clock());
            waiting |= outputs.isWaiting();
        }
        return waiting ? now + RETRY : Long.MAX_VALUE;
    }

    /** How many messages transactions sent to a channel that its log does not have. */
    long missing(ChannelId channel, DurableLog log) {
        return state.outputs(channel).missing(log);
    }

    /** The files of a channel are open, and nobody appends yet. */
    void opened(ChannelId channel, ChannelFiles files) {
        released(state.outputs(channel).opened(files, directory.clock()));
    }

    /** More of a channel is in its log. */
    void moved(ChannelId channel) {
        ChannelOutputs outputs = state.outputs(channel);
        released(outputs.settle());
        outputs.place(directory.clock());
    }

    /** The files of a channel are about to be closed: nobody appends any more. */
    void closing(ChannelId channel) {
        state.outputs(channel).closing(directory.clock());
    }

    private void released(long bytes) {
        boolean before = hasRoom();
        held.addAndGet(-bytes);
        if (!before && hasRoom()) {
            readers.forEach(reader -> reader.listener().moved());
        }
    }

    private void tellFull(ParleyException e) {
        if (!full) {
            full = true;
            happened(Happening.DISK_FULL, "the inbox: " + e.getMessage());
        }
    }

    private void tellRoom() {
        if (full) {
            full = false;
            happened(Happening.DISK_HAS_ROOM, "the inbox is written again");
        }
    }

    void fail(ParleyException e) {
        failure = e;
        happened(Happening.CHANNEL_FAILED, "the inbox takes no more, so nothing is acknowledged: " + e.getMessage());
    }

    private void happened(Happening what, String detail) {
        readers.stream().findFirst().ifPresent(reader -> reader.listener().happened(what, 1, detail));
    }

    /** Writes and forces what was settled, before the files of the channels are closed, to which that may go. */
    void finish() {
        commit(0);
    }

    void close() {
        log.close();
    }
}
