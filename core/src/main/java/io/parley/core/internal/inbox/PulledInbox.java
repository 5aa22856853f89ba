package io.parley.core.internal.inbox;

import io.parley.core.Message;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Runtime;
import io.parley.core.spi.Runtime.Signal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An inbox that the program empties itself, message by message.
 *
 * @param <T> the type of the values
 */
public final class PulledInbox<T> implements InboxConsumer {
    private final Inbox inbox;
    private final InboxReader<T> reader;
    private final ReaderCounters counters = new ReaderCounters();
    private final Runtime runtime;
    private final Signal added;
    private final ReentrantLock taking = new ReentrantLock();
    private boolean given;
    private volatile boolean closed;

    /** An inbox to be asked. */
    public PulledInbox(Inbox inbox, Reading<T> reading, Runtime runtime) {
        this.inbox = inbox;
        this.runtime = runtime;
        reader = new InboxReader<>(inbox, reading, counters);
        added = runtime.newSignal();
    }

    /** The next message; the one given before counts as handled. */
    public Optional<Message<T>> receive(Duration timeout) {
        long deadline = runtime.clock().nanos() + Clock.span(timeout);
        while (true) {
            Message<T> message = tryTake();
            if (message != null) {
                return Optional.of(message);
            }
            long left = deadline - runtime.clock().nanos();
            if (left <= 0 || !await(left)) {
                return Optional.empty();
            }
        }
    }

    private @Nullable Message<T> tryTake() {
        taking.lock();
        try {
            checkOpen();
            settleGiven();
            Message<T> message = reader.current();
            while (message != null && isExecuted()) {
                message = reader.current();
            }
            given = message != null;
            return message;
        } finally {
            taking.unlock();
        }
    }

    private boolean isExecuted() {
        try {
            return reader.passExecuted();
        } catch (Exception e) {
            throw new ParleyException(
                    ErrorCode.HANDLER_FAILED, "the store of what was executed failed; ask again: " + e, e);
        }
    }

    private boolean await(long nanos) {
        try {
            return runtime.await(added, () -> inbox.hasEntries() || closed, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParleyException(ErrorCode.INTERRUPTED, "interrupted while waiting for a message", e);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new ParleyException(ErrorCode.CLOSED, "the receiver is closed");
        }
    }

    private void settleGiven() {
        if (given) {
            given = false;
            reader.handled();
        }
    }

    @Override
    public void wake() {
        added.signal();
    }

    @Override
    public void close() {
        taking.lock();
        try {
            if (!closed) {
                settleGiven();
                closed = true;
                reader.close();
                inbox.clear();
            }
        } finally {
            taking.unlock();
        }
        added.signal();
    }

    @Override
    public void interrupt() {
        // nothing of ours runs: the waiting caller was woken by close
    }

    @Override
    public boolean closed() {
        return closed;
    }

    @Override
    public ReaderCounters counters() {
        return counters;
    }

    @Override
    public long waiting() {
        return inbox.waiting();
    }
}
