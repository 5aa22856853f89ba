package io.parley.transport.internal.guard;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import zmq.Ctx;
import zmq.ZError;

/**
 * A JeroMQ context whose threads outlive an Error, so that it can still be terminated in order; and that can be torn down
 * without them when it cannot.
 */
public final class WatchedCtx extends Ctx {
    /** After as many errors a thread is beyond hope, and would only burn the processor. */
    private static final int MOST_ERRORS = 100;

    private final String name;
    private final Consumer<Throwable> onError;

    /** Null while the constructor of the superclass runs, which opens one. */
    private final @Nullable Set<Selector> selectors = ConcurrentHashMap.newKeySet();

    private volatile boolean abandoned;

    /**
     * A context.
     *
     * @param name for the names of its threads
     * @param onError hears of an Error that should have ended an I/O thread, on that thread
     * @param onException hears of an exception that cost one connection at most, on an I/O thread
     */
    public WatchedCtx(String name, Consumer<Throwable> onError, Consumer<Throwable> onException) {
        this.name = name;
        this.onError = onError;
        setThreadFactory(this::thread);
        setNotificationExceptionHandler((thread, e) -> onException.accept(e));
        setUncaughtExceptionHandler((thread, e) -> onError.accept(e));
    }

    private Thread thread(Runnable poller, String role) {
        Thread thread = new Thread(() -> run(poller), "parley-" + name + "-zmq-" + role);
        thread.setDaemon(true);
        return thread;
    }

    private void run(Runnable poller) {
        for (int errors = 0; errors < MOST_ERRORS && !abandoned; errors++) {
            try {
                poller.run();
                return;
            } catch (Throwable e) {
                // whatever it is: the thread goes on, because without it the context could not be terminated
                if (!abandoned) {
                    onError.accept(e);
                }
            }
        }
    }

    @Override
    public Selector createSelector() {
        if (abandoned) {
            throw new ZError.IOException(new IOException(new ClosedSelectorException()));
        }
        Selector selector = super.createSelector();
        Set<Selector> known = selectors;
        if (known != null) {
            known.add(selector);
        }
        return selector;
    }

    @Override
    public boolean closeSelector(Selector selector) {
        Set<Selector> known = selectors;
        if (known != null) {
            known.remove(selector);
        }
        return super.closeSelector(selector);
    }

    /** Takes the selectors away from its threads, which ends them. */
    public void abandon() {
        abandoned = true;
        Set<Selector> known = selectors;
        if (known == null) {
            return;
        }
        for (Selector selector : known) {
            try {
                selector.close();
            } catch (IOException ignored) {
                // there is nothing left that could be done about it
            }
        }
    }
}
