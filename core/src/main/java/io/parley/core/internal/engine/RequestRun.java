package io.parley.core.internal.engine;

import io.parley.core.Message;
import io.parley.core.internal.inbox.Requested;
import io.parley.core.internal.service.Work;
import io.parley.core.internal.service.Workload;
import io.parley.core.wire.Reply;
import io.parley.core.wire.Reply.Status;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One request at its replier: runs the handler, and brings its end to the loop. */
final class RequestRun<Q, R> implements Work, Runnable {
    private final ReplierHandle<Q, R> replier;
    private final LinkState link;
    private final long correlation;
    private final int attempt;
    private final ByteBuffer record;
    private final Requested.Origin<Q> origin;
    private final Workload.Job job;

    // guarded by this
    private @Nullable Thread thread;
    private @Nullable CompletionStage<R> stage;
    private boolean unwanted;

    RequestRun(ReplierHandle<Q, R> replier, Arrival<Q> arrival) {
        this.replier = replier;
        link = arrival.link();
        correlation = arrival.correlation();
        attempt = arrival.attempt();
        record = arrival.record();
        origin = arrival.origin();
        Workload.Job.Request request =
                new Workload.Job.Request(origin.from().id(), link.number(), correlation, record.remaining());
        job = new Workload.Job(request, arrival.deadline(), this);
    }

    /**
     * A request that came.
     *
     * @param link on which
     * @param correlation its number
     * @param attempt 1 for the first
     * @param deadline in nanoseconds of the loop's clock
     * @param record a copy of its record
     * @param origin who asks what
     * @param <Q> the type of the requests
     */
    record Arrival<Q>(
            LinkState link,
            long correlation,
            int attempt,
            long deadline,
            ByteBuffer record,
            Requested.Origin<Q> origin) {}

    Workload.Job job() {
        return job;
    }

    /** Where its reply goes: the link on which it came, or the one to which that gave way. */
    LinkState link() {
        LinkState current = link.knownPeer().link();
        return link.phase() == LinkState.Phase.UP || current == null ? link : current;
    }

    // on the loop

    @Override
    public boolean choked() {
        return link().isChoked();
    }

    @Override
    public void start() {
        replier.execute(this);
    }

    @Override
    public void interrupt() {
        CompletionStage<R> pending;
        synchronized (this) {
            unwanted = true;
            if (thread != null) {
                thread.interrupt();
            }
            pending = stage;
        }
        if (pending != null) {
            replier.cancel(pending);
        }
    }

    @Override
    public void refuse(Status why, String text) {
        replier.refused(link(), new Reply(correlation, why, text));
    }

    @Override
    public void drop() {
        replier.dropped();
    }

    // on a handler thread

    @Override
    public void run() {
        if (!begin()) {
            end(new Reply(correlation, Status.FAILED, "cancelled"));
            return;
        }
        CompletionStage<R> result = null;
        Reply failure = null;
        try {
            Message<Q> request = read();
            result = request == null ? null : replier.handler().reply(request);
            if (result == null) {
                failure = request == null
                        ? new Reply(
                                correlation,
                                Status.UNREADABLE,
                                "cannot be read with " + origin.codec().name())
                        : new Reply(correlation, Status.FAILED, "the handler returned nothing");
            }
        } catch (Exception | Error e) {
            failure = failed(e);
        } finally {
            finish(result);
        }
        if (result != null) {
            CompletionStage<R> unused = result.whenComplete((value, thrown) -> {
                end(thrown == null ? encoded(value) : failed(thrown));
            });
        } else if (failure != null) {
            end(failure);
        }
    }

    private synchronized boolean begin() {
        if (!unwanted) {
            thread = Thread.currentThread();
        }
        return !unwanted;
    }

    private synchronized void finish(@Nullable CompletionStage<R> result) {
        thread = null;
        stage = result;
        Thread.interrupted(); // meant for this request, not for the next one on this thread
        if (unwanted && result != null) {
            replier.cancel(result);
        }
    }

    synchronized boolean runsHere() {
        return thread == Thread.currentThread();
    }

    private @Nullable Message<Q> read() {
        try {
            return Requested.read(origin, record, attempt);
        } catch (RuntimeException e) {
            replier.unreadable(e);
            return null;
        }
    }

    private Reply failed(Throwable thrown) {
        Throwable cause = thrown instanceof java.util.concurrent.CompletionException && thrown.getCause() != null
                ? thrown.getCause()
                : thrown;
        replier.failed(cause);
        return new Reply(correlation, Status.FAILED, cause.toString());
    }

    private Reply encoded(@Nullable R value) {
        if (value == null) {
            return failed(new NullPointerException("the reply is null"));
        }
        try {
            return new Reply(correlation, Status.DONE, "", replier.encode(value));
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    private void end(Reply reply) {
        replier.ended(this, reply);
    }
}
