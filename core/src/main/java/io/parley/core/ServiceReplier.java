package io.parley.core;

import io.parley.core.channel.ReaderSettings.HandlerThread;
import io.parley.core.channel.ReplierSettings;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;

/**
 * How a service is answered: how much at once, and where. Immutable; each method returns a changed copy.
 *
 * @param <Q> the type of the requests
 * @param <R> the type of the replies
 */
public final class ServiceReplier<Q, R> {
    /** The most requests at once. */
    public static final int MAX_CONCURRENCY = 1_000;
    /** The most requests that wait. */
    public static final int MAX_WAITING = 100_000;

    private static final int DEFAULT_WAITING = 1_000;

    private final Service<Q, R> service;
    private final ReplierSettings settings;

    private ServiceReplier(Service<Q, R> service, ReplierSettings settings) {
        this.service = service;
        this.settings = settings;
    }

    static <Q, R> ServiceReplier<Q, R> of(Service<Q, R> service) {
        ReplierSettings settings = new ReplierSettings(service.settings().id(), 1, DEFAULT_WAITING, HandlerThread.POOL);
        return new ServiceReplier<>(service, settings);
    }

    /** Works on up to so many requests at once, each on a thread of its own; one at a time when not called. */
    public ServiceReplier<Q, R> concurrency(int handlers) {
        if (handlers < 1 || handlers > MAX_CONCURRENCY) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "concurrency=" + handlers + ", expected 1 to " + MAX_CONCURRENCY);
        }
        return with(handlers, settings.maxWaiting(), settings.thread());
    }

    /** Lets up to so many requests wait, 1,000 when not called; beyond it they are refused, and go to other repliers. */
    public ServiceReplier<Q, R> maxWaiting(int requests) {
        if (requests < 0 || requests > MAX_WAITING) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "maxWaiting=" + requests + ", expected 0 to " + MAX_WAITING);
        }
        return with(settings.concurrency(), requests, settings.thread());
    }

    /**
     * Runs the handler on the node's loop thread instead of a handler thread: it saves a hop between threads, some 35 µs of a
     * round trip. The handler must not block, not even for a lock that is held for long: while it runs, the node neither sends
     * nor receives, and after some seconds its peers take it for lost. It cannot be interrupted.
     */
    public ServiceReplier<Q, R> onLoop() {
        return with(settings.concurrency(), settings.maxWaiting(), HandlerThread.LOOP);
    }

    private ServiceReplier<Q, R> with(int concurrency, int maxWaiting, HandlerThread thread) {
        return new ServiceReplier<>(service, new ReplierSettings(settings.service(), concurrency, maxWaiting, thread));
    }

    /** What it answers. */
    public Service<Q, R> service() {
        return service;
    }

    /** How. */
    public ReplierSettings settings() {
        return settings;
    }
}
