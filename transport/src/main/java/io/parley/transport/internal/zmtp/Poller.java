package io.parley.transport.internal.zmtp;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Waits for channels and for {@link #wakeUp}. A wake-up costs a system call only when the thread is really waiting:
 *
 * <pre>
 *           select            wakeUp: the selector is woken
 *   AWAKE ----------> WAITING -----------------------------> WOKEN ---- select: does not wait ----> AWAKE
 *     |                                                        ^
 *     +--------------------------- wakeUp ---------------------+
 * </pre>
 */
final class Poller {
    private static final int AWAKE = 0;
    private static final int WAITING = 1;
    private static final int WOKEN = 2;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long LONGEST_MILLIS = 60_000;

    private final Selector selector;
    private final AtomicInteger state = new AtomicInteger(AWAKE);
    private final List<SelectionKey> ready = new ArrayList<>();
    private final Consumer<SelectionKey> collect = ready::add;

    Poller() throws IOException {
        selector = Selector.open();
    }

    SelectionKey register(SelectableChannel channel, int operations, Object attachment) throws IOException {
        return channel.register(selector, operations, attachment);
    }

    /**
     * The keys that are ready; when there are none, waits. The list is good until the next call. Keys are handled after the
     * selector was left, so that whoever handles them may close and register channels.
     *
     * @param maxNanos the longest wait; what is less than a millisecond but not 0 counts as one
     */
    List<SelectionKey> select(long maxNanos) throws IOException {
        ready.clear();
        if (maxNanos > 0 && state.compareAndSet(AWAKE, WAITING)) {
            long millis = Math.min(LONGEST_MILLIS, (maxNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
            selector.select(collect, millis);
        } else {
            selector.selectNow(collect);
        }
        if (state.get() != AWAKE) {
            // Read and written in one step: what the waker wrote before it is seen after this.
            state.getAndSet(AWAKE);
        }
        return ready;
    }

    /** Ends the wait of the running {@link #select}, or of the next. Any thread. */
    void wakeUp() {
        if (state.get() != WOKEN && state.getAndSet(WOKEN) == WAITING) {
            selector.wakeup();
        }
    }

    /** Lets go of the descriptors of channels that were closed, and of its own. */
    void close() throws IOException {
        selector.selectNow(collect);
        ready.clear();
        selector.close();
    }
}
