package io.parley.core.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.Outgoing;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.log.BlockPool;
import io.parley.core.log.Journaled;
import io.parley.core.log.Log;
import io.parley.core.log.Record;
import io.parley.core.spi.Runtime.Signal;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A channel at its sender, as appending threads see it: the log, the lock that makes one appender of many threads, and the
 * flag that wakes the loop.
 *
 * <p>Appenders touch the log and the flag, nothing else. The flag is up from an append until the loop has found that nobody
 * waits for more of this channel, so a busy channel costs its appenders one read. While it is up the loop has a turn at least
 * every few milliseconds, so appenders need not ask for the time either.
 *
 * @param <T> the type of the values
 */
public final class Channel<T> {
    /** The append found no room. */
    public static final long FULL = 0;

    private static final int FIRST_GUESS = 64;
    /** Enough for a block for large records, in which there is room for any. */
    private static final int MOST_GUESSED = BlockPool.BLOCK / 2 + 1;

    private final ChannelSettings settings;
    private final Codec<T> codec;
    private final Log log;
    private final @Nullable Journaled journaled;
    private final ChannelPort port;
    private final Signal changed;
    private final Receipts receipts;
    private final ReentrantLock appending = new ReentrantLock();
    private final AtomicBoolean awake = new AtomicBoolean();
    private int guess = FIRST_GUESS;
    private int largeGuess;
    private long dropped;
    private volatile boolean closed;

    // written by the loop
    private volatile long flushed = 1;
    private volatile long settled = 1;
    private volatile int readers;

    /** A channel over its log. */
    public Channel(ChannelSettings settings, Codec<T> codec, Log log, ChannelPort port, int maxReceipts) {
        this.settings = settings;
        this.codec = codec;
        this.log = log;
        this.port = port;
        journaled = log.journaled();
        changed = port.runtime().newSignal();
        receipts = new Receipts(maxReceipts);
    }

    /** What it is. */
    public ChannelSettings settings() {
        return settings;
    }

    /** The codec of the values. */
    public Codec<T> codec() {
        return codec;
    }

    /** Its records. */
    public Log log() {
        return log;
    }

    /** What of it is in the journal; null when it has none. */
    public @Nullable Journaled journaled() {
        return journaled;
    }

    /** Signalled when the loop let go of records, when readers come and go, and when more is in the journal. */
    public Signal changed() {
        return changed;
    }

    /** Whose receipts are awaited. */
    public Receipts receipts() {
        return receipts;
    }

    /**
     * Appends a value that carries nothing else.
     *
     * @param receipt told of its fate; null for none
     * @return its lsn, or {@link #FULL}
     */
    public long append(T value, @Nullable PendingReceipt receipt) {
        return append(value, "", null, receipt);
    }

    /** Appends a message. */
    public long append(Outgoing<T> message, @Nullable PendingReceipt receipt) {
        boolean plain = message.key() == null && message.headers().isEmpty() && message.ttl() == null;
        return append(message.value(), message.subject(), plain ? null : message, receipt);
    }

    /** Appends a value with a subject. */
    public long append(T value, String subject, @Nullable Outgoing<T> extras, @Nullable PendingReceipt receipt) {
        if (appending.isHeldByCurrentThread()) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    settings.id() + ": its codec sends on the same channel while it encodes; send from elsewhere");
        }
        long lsn;
        appending.lock();
        try {
            checkOpen();
            lsn = write(value, subject, extras, receipt);
        } finally {
            appending.unlock();
        }
        if (lsn != FULL && journaled == null) {
            wakeLoop();
        } // else there is nothing to see before it is in the journal
        return lsn;
    }

    private long write(T value, String subject, @Nullable Outgoing<T> extras, @Nullable PendingReceipt receipt) {
        int room = guess;
        while (true) {
            ByteBuffer out = log.claim(room);
            if (out == null) {
                return FULL;
            }
            int at = out.position();
            try {
                int length = writeRecord(out, value, subject, extras);
                long lsn = log.nextLsn();
                Record.writePlace(out, at, lsn, awake.get() ? port.turnTime() : port.time());
                guess = Math.min(Math.max(FIRST_GUESS, length), MOST_GUESSED);
                largeGuess = length > MOST_GUESSED ? length + length / 16 : largeGuess;
                if (receipt != null) {
                    receipts.add(lsn, receipt);
                }
                log.commit(length);
                return lsn;
            } catch (BufferOverflowException e) {
                room = moreRoom(out.limit() - at);
            }
        }
    }

    /** Writes all of a record but lsn and time; returns its length. */
    private int writeRecord(ByteBuffer out, T value, String subject, @Nullable Outgoing<T> extras) {
        int at = out.position();
        int flagsAndOptions = writeOptions(out, at, subject, extras);
        encode(value, out);
        int length = out.position() - at;
        Record.writeShape(out, at, length, flagsAndOptions);
        return length;
    }

    /** A record that is appended later: all of it but lsn and time, from position to limit. */
    public ByteBuffer encode(Outgoing<T> message) {
        checkOpen();
        int room = FIRST_GUESS;
        while (true) {
            ByteBuffer out = ByteBuffer.allocate(room).order(ByteOrder.LITTLE_ENDIAN);
            try {
                writeRecord(out, message.value(), message.subject(), message);
                return out.flip();
            } catch (BufferOverflowException e) {
                room = moreRoom(room);
            }
        }
    }

    /** Runs something while nobody appends; returns whether it did, which it does not once the channel takes no more. */
    public boolean exclusively(Runnable append) {
        appending.lock();
        try {
            if (closed) {
                return false;
            }
            append.run();
            return true;
        } finally {
            appending.unlock();
        }
    }

    private int moreRoom(int had) {
        if (had >= log.maxRecord()) {
            throw new ParleyException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    settings.id() + ": the message takes more than maxMessage=" + log.maxRecord()
                            + " bytes with its options; send less, or in parts");
        }
        return Math.min(log.maxRecord(), Math.max(2 * had, had < largeGuess ? largeGuess : 1024));
    }

    private void encode(T value, ByteBuffer out) {
        try {
            codec.encode(value, out);
        } catch (BufferOverflowException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ParleyException(
                    ErrorCode.ENCODING_FAILED, settings.id() + ": codec " + codec.name() + " failed: " + e, e);
        }
    }

    /** Writes the options behind the fixed part; returns flags and length as {@link Record#writeShape} wants them. */
    private int writeOptions(ByteBuffer out, int at, String subject, @Nullable Outgoing<T> extras) {
        if (out.remaining() < Record.FIXED) {
            throw new BufferOverflowException();
        }
        out.position(at + Record.FIXED);
        int flags = 0;
        if (extras != null && extras.ttl() != null) {
            flags |= Record.EXPIRY;
            out.putLong(expiry(extras.ttl()));
        }
        if (extras != null && extras.key() != null) {
            flags |= Record.KEY;
            putString(out, extras.key());
        }
        if (!subject.isEmpty()) {
            flags |= Record.SUBJECT;
            putString(out, subject);
        }
        if (extras != null && !extras.headers().isEmpty()) {
            flags |= Record.HEADERS;
            out.putShort((short) extras.headers().size());
            for (Map.Entry<String, String> header : extras.headers().entrySet()) {
                putString(out, header.getKey());
                putString(out, header.getValue());
            }
        }
        int length = out.position() - at - Record.FIXED;
        if (length > Record.MAX_OPTIONS) {
            throw new ParleyException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    settings.id() + ": subject, key and headers take " + length + " bytes, the limit is "
                            + Record.MAX_OPTIONS);
        }
        return flags | length << 16;
    }

    private long expiry(Duration ttl) {
        long now = port.time();
        boolean never = ttl.compareTo(Duration.ofMillis(Long.MAX_VALUE - now)) >= 0;
        return never ? Long.MAX_VALUE : now + ttl.toMillis();
    }

    private static void putString(ByteBuffer out, String text) {
        int length = text.length();
        int at = out.position();
        out.putShort((short) length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                byte[] bytes = text.getBytes(UTF_8);
                out.position(at).putShort((short) bytes.length).put(bytes);
                return;
            }
            out.put((byte) c);
        }
    }

    /** More is in the journal, or it has failed. Any thread. */
    public void journalMoved() {
        changed.signal();
        wakeLoop();
    }

    private void wakeLoop() {
        if (!awake.get() && awake.compareAndSet(false, true)) {
            port.wake(this);
        }
    }

    /** The policy dropped a message that found no room: readers are told of it in its place. */
    public void drop() {
        appending.lock();
        try {
            if (closed) {
                return; // the log may be gone by now
            }
            dropped++;
            log.skip(1);
        } finally {
            appending.unlock();
        }
        wakeLoop();
    }

    /** The lsn of the next message. Everything below was appended or dropped. */
    public long nextLsn() {
        appending.lock();
        try {
            return log.nextLsn();
        } finally {
            appending.unlock();
        }
    }

    /** How many messages the policy dropped on their way in. */
    public long dropped() {
        appending.lock();
        try {
            return dropped;
        } finally {
            appending.unlock();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new ParleyException(ErrorCode.CLOSED, settings.id() + " is closed on this node");
        }
    }

    /** Whether it takes no more. */
    public boolean closed() {
        return closed;
    }

    /** Takes no more, and wakes who waits. */
    public void close() {
        appending.lock();
        try {
            closed = true;
        } finally {
            appending.unlock();
        }
        changed.signal();
    }

    /** All below this lsn have reached what {@code flush} waits for. */
    public long flushed() {
        return flushed;
    }

    /** All messages below are processed, or will not be. */
    public long settled() {
        return settled;
    }

    /** How many sessions are attached. */
    public int readers() {
        return readers;
    }

    // what follows belongs to the loop

    /** The loop has looked at everything: the next append wakes it again. Look once more after this. */
    public void rest() {
        awake.set(false);
    }

    /** Takes the channel up again after {@link #rest}; false when an appender was faster and has woken the loop. */
    public boolean rouse() {
        return awake.compareAndSet(false, true);
    }

    /** Publishes how far the readers are. */
    public void publish(long newFlushed, long newSettled, int newReaders) {
        flushed = newFlushed;
        settled = newSettled;
        readers = newReaders;
        changed.signal();
    }
}
