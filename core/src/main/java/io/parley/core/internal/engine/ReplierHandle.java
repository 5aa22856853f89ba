package io.parley.core.internal.engine;

import io.parley.core.AsyncRequestHandler;
import io.parley.core.NodeEvent;
import io.parley.core.Replier;
import io.parley.core.ServiceReplier;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings.HandlerThread;
import io.parley.core.channel.ReplierSettings;
import io.parley.core.codec.Encoded;
import io.parley.core.internal.inbox.Requested;
import io.parley.core.internal.service.Transfer;
import io.parley.core.internal.service.Workload;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Runtime.Signal;
import io.parley.core.wire.Offer;
import io.parley.core.wire.Reply;
import io.parley.core.wire.Reply.Status;
import io.parley.core.wire.Request;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** A running replier, from its opening to its end. */
final class ReplierHandle<Q, R> implements Replier {
    private final Engine engine;
    private final ServiceReplier<Q, R> replier;
    private final AsyncRequestHandler<Q, R> handler;
    private final Workload work;
    private final int revision;
    private final Set<RequestRun<Q, R>> runs = Collections.synchronizedSet(new LinkedHashSet<>());
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Signal changed;
    private boolean stopped;
    private volatile boolean over;

    ReplierHandle(Engine engine, ServiceReplier<Q, R> replier, AsyncRequestHandler<Q, R> handler) {
        this.engine = engine;
        this.replier = replier;
        this.handler = handler;
        ReplierSettings settings = replier.settings();
        work = new Workload(
                new Workload.Limits(settings.concurrency(), settings.maxWaiting(), ReplierSettings.MAX_WAITING_BYTES));
        revision = engine.services().revision();
        changed = engine.rim().runtime().newSignal();
    }

    String service() {
        return replier.service().name();
    }

    private ChannelId id() {
        return replier.settings().service();
    }

    AsyncRequestHandler<Q, R> handler() {
        return handler;
    }

    // on the loop

    Workload work() {
        return work;
    }

    boolean isOffered() {
        return !stopped;
    }

    Offer.Entry offer(Offer.Change change) {
        return new Offer.Entry(
                change,
                id(),
                Mode.BEST_EFFORT,
                replier.service().requestCodec().name(),
                replier.service().requestCodec().fingerprint(),
                revision,
                engine.self().run().epoch(),
                1,
                new Offer.Terms(
                        replier.service().replyCodec().name(),
                        replier.service().replyCodec().fingerprint(),
                        replier.settings().concurrency()));
    }

    /** What is to be done for a request that is here. */
    Workload.Job job(LinkState link, Request request, ByteBuffer record) {
        PeerState peer = link.knownPeer();
        return new RequestRun<>(
                        this,
                        new RequestRun.Arrival<>(
                                link,
                                request.correlation(),
                                request.attempt(),
                                engine.now() + TimeUnit.MILLISECONDS.toNanos(request.millisLeft()),
                                record,
                                new Requested.Origin<>(
                                        peer,
                                        peer.run().epoch(),
                                        id(),
                                        replier.service().requestCodec())))
                .job();
    }

    void execute(RequestRun<Q, R> run) {
        runs.add(run);
        if (replier.settings().thread() == HandlerThread.LOOP) {
            engine.intake().loopHandlers().execute(run);
        } else {
            engine.rim().handlers().execute(run);
        }
    }

    void refused(LinkState link, Reply reply) {
        if (reply.status() == Status.BUSY) {
            String text = service() + ": " + reply.text();
            engine.events().often(Happening.REQUEST_REFUSED, link.knownPeer().name(), text);
        }
        engine.control(link, reply.encode());
    }

    void dropped() {
        dropped.increment();
    }

    /** Takes nothing new; what has not begun goes elsewhere. */
    void stop() {
        if (!stopped) {
            stopped = true;
            engine.services().withdraw(this);
            work.stop();
            endIfIdle();
        }
    }

    void interrupt() {
        List.copyOf(runs).forEach(RequestRun::interrupt);
    }

    private void endIfIdle() {
        if (stopped && work.idle()) {
            endNow();
        }
    }

    private void endNow() {
        over = true;
        engine.services().ended(this);
        changed.signal();
    }

    // any thread

    /** Cancels what a handler returned: on a handler thread, since others' code may hang on it. */
    void cancel(CompletionStage<R> stage) {
        engine.complete(() -> {
            try {
                stage.toCompletableFuture().cancel(true);
            } catch (UnsupportedOperationException e) {
                engine.happened(new NodeEvent(Happening.HANDLER_TIMEOUT, 1, "", service(), "cannot be cancelled"));
            }
        });
    }

    ByteBuffer encode(R value) {
        return Encoded.of(replier.service().replyCodec(), value, Request.MAX_PAYLOAD, id());
    }

    void unreadable(RuntimeException cause) {
        failed.increment();
        engine.happened(new NodeEvent(Happening.DECODING_FAILED, 1, "", service(), cause.toString()));
    }

    void failed(Throwable cause) {
        failed.increment();
        engine.happened(new NodeEvent(Happening.HANDLER_FAILED, 1, "", service(), cause.toString()));
    }

    /** A handler is done. */
    void ended(RequestRun<Q, R> run, Reply reply) {
        if (reply.status() == Status.DONE) {
            answered.increment();
        }
        Consumer<LinkState> sending = sending(reply);
        if (engine.isOnLoop()) {
            finished(run, sending);
        } else {
            engine.run(() -> finished(run, sending));
        }
    }

    /** How to send a reply; what takes time was done. */
    private Consumer<LinkState> sending(Reply reply) {
        if (Transfer.isLarge(reply.payload().remaining())) {
            Transfer transfer = Transfer.of(reply);
            return link -> engine.services().transfers().send(link, transfer);
        }
        ByteBuffer frame = reply.encode();
        return link -> engine.control(link, frame);
    }

    private void finished(RequestRun<Q, R> run, Consumer<LinkState> sending) {
        runs.remove(run);
        if (work.finished(run.job())) {
            sending.accept(run.link());
        } else {
            dropped.increment();
            engine.events().often(Happening.REPLY_DROPPED, "", service() + ": nobody waits for it any more");
        }
        endIfIdle();
    }

    @Override
    public ReplierStats stats() {
        return new ReplierStats(answered.sum(), failed.sum(), dropped.sum());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        engine.run(this::stop);
        long linger = Clock.span(engine.limits().linger());
        engine.after(linger / 2, () -> {
            if (!over) {
                interrupt();
            }
        });
        engine.after(linger, () -> {
            if (!over) {
                endNow();
            }
        });
        if (!engine.isOnLoop() && List.copyOf(runs).stream().noneMatch(RequestRun::runsHere)) {
            await(linger);
        }
    }

    /** Waits until it is over, also when interrupted. */
    private void await(long nanos) {
        long deadline = engine.rim().clock().nanos() + nanos;
        boolean interrupted = false;
        while (!over && !engine.isOver()) {
            long left = deadline - engine.rim().clock().nanos();
            try {
                if (left <= 0 || engine.await(changed, () -> over, left)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
