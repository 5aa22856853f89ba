package io.parley.reliability.internal.durable;

import io.parley.core.channel.Happening;
import io.parley.core.spi.Clock;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What transactions send to one channel and is not known to be in its log for good. Each output has a number, and the log says
 * up to which number it has them: so each is appended once, however often somebody has to begin again.
 *
 * <pre>
 *   in the log ─ placed: appended, may be lost ─ waiting: to be appended
 *   ... sent  │  sent + 1 ... placed            │  placed + 1 ... last
 * </pre>
 *
 * The thread that commits.
 */
final class ChannelOutputs {
    /** An output, and its number. */
    record Numbered(long number, ByteBuffer record) {}

    private final ArrayDeque<Numbered> placed = new ArrayDeque<>();
    private final TreeMap<Long, Numbered> waiting = new TreeMap<>();
    private long last;
    private long known;
    private @Nullable ChannelFiles files;

    /** The number of the next output. */
    long next() {
        return ++last;
    }

    /** The one with this number is to be appended; those before were given here before. */
    void add(long number, ByteBuffer record) {
        waiting.put(number, new Numbered(number, record));
    }

    /**
     * Found on disk. What was written anew may stand behind some of what that replaces: a power cut takes deletions of files
     * back, though not of all.
     */
    void found(long number, ByteBuffer record) {
        if (number > known) {
            last = Math.max(last, number);
            waiting.putIfAbsent(number, new Numbered(number, record));
        }
    }

    /** So many were sent before. */
    void counted(long number) {
        known = Math.max(known, number);
        last = Math.max(last, number);
        waiting.headMap(number, true).clear();
    }

    /** The number up to which all is in the log for good, and need not be kept here. */
    long sent() {
        return !placed.isEmpty() ? placed.getFirst().number - 1 : waiting.isEmpty() ? last : waiting.firstKey() - 1;
    }

    /** All that is kept here, in order. */
    Iterable<Numbered> kept() {
        ArrayDeque<Numbered> all = new ArrayDeque<>(placed);
        all.addAll(waiting.values());
        return all;
    }

    /** How many of them a log does not have that is about to be opened. */
    long missing(DurableLog log) {
        long there = log.sentOutputs();
        long missing = 0;
        for (Numbered output : kept()) {
            missing += output.number > there ? 1 : 0;
        }
        return missing;
    }

    /**
     * The channel is open, and nobody appends yet.
     *
     * @return the bytes that need not be kept any more
     */
    long opened(ChannelFiles open, Clock clock) {
        files = open;
        while (!placed.isEmpty()) {
            Numbered back = placed.removeLast();
            waiting.put(back.number, back); // what the run before had of them, its log tells
        }
        long bytes = 0;
        long there = open.log().sentOutputs();
        while (!waiting.isEmpty() && waiting.firstKey() <= there) {
            bytes += waiting.pollFirstEntry().getValue().record.remaining();
        }
        if (there > last) {
            String text = "the log has " + (there - last)
                    + " messages of transactions of which the inbox does not know any more: what"
                    + " sent them may run again, and send them twice";
            open.listener().happened(Happening.JOURNAL_DAMAGED, there - last, text);
            last = there;
        }
        append(open, clock);
        return bytes;
    }

    /** Appends what waits, as far as there is room. */
    void place(Clock clock) {
        ChannelFiles to = files;
        if (to != null && !waiting.isEmpty()) {
            to.listener().exclusively(() -> append(to, clock));
        }
    }

    /** Nobody appends any more, and the channel's log is about to be closed. */
    void closing(Clock clock) {
        ChannelFiles to = files;
        if (to != null) {
            append(to, clock);
        }
        files = null;
    }

    private void append(ChannelFiles to, Clock clock) {
        while (!waiting.isEmpty() && to.log().failure() == null) {
            Numbered next = waiting.firstEntry().getValue();
            if (!to.log().append(next.record, next.number, clock.millis())) {
                return;
            }
            waiting.pollFirstEntry();
            placed.add(next);
        }
    }

    /** Lets go of what is in the log for good; returns its bytes. */
    long settle() {
        ChannelFiles in = files;
        long sent = in == null || placed.isEmpty() ? 0 : in.log().sentOutputs();
        long bytes = 0;
        while (!placed.isEmpty() && placed.getFirst().number <= sent) {
            bytes += placed.removeFirst().record.remaining();
        }
        return bytes;
    }

    boolean isWaiting() {
        return files != null && !waiting.isEmpty();
    }
}
