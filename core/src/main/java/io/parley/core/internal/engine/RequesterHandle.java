package io.parley.core.internal.engine;

import io.parley.core.Answer;
import io.parley.core.Peer;
import io.parley.core.Requester;
import io.parley.core.Service;
import io.parley.core.codec.Codec;
import io.parley.core.codec.Encoded;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.engine.PendingRequest.Question;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Runtime;
import io.parley.core.spi.Runtime.Signal;
import io.parley.core.wire.Offer;
import io.parley.core.wire.Request;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What users ask through. Any thread: everything goes to the loop. */
final class RequesterHandle<Q, R> implements Requester<Q, R> {
    private static final long GRACE = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final Service<Q, R> service;
    private final @Nullable NodeId target;
    private final Outstanding outstanding;

    /** What requests of one service share, whomever they ask. */
    private static final class Outstanding {
        private final AtomicInteger requests = new AtomicInteger();
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicLong ids = new AtomicLong();
    }

    RequesterHandle(Engine engine, Service<Q, R> service) {
        this(engine, service, null, new Outstanding());
    }

    private RequesterHandle(Engine engine, Service<Q, R> service, @Nullable NodeId target, Outstanding outstanding) {
        this.engine = engine;
        this.service = service;
        this.target = target;
        this.outstanding = outstanding;
    }

    @Override
    public Requester<Q, R> to(Peer peer) {
        return new RequesterHandle<>(engine, service, peer.id(), outstanding);
    }

    @Override
    public CompletableFuture<R> request(Q request) {
        return request(request, service.settings().deadline());
    }

    @Override
    public CompletableFuture<R> request(Q request, Duration deadline) {
        Service.checkDeadline(deadline);
        ByteBuffer frame = encode(request);
        reserve(frame);
        return ask(frame, target, deadlineAfter(deadline));
    }

    private CompletableFuture<R> ask(ByteBuffer frame, @Nullable NodeId whom, long deadline) {
        CompletableFuture<R> reply = new CompletableFuture<>();
        PendingRequest pending = new PendingRequest(
                engine,
                question(frame, whom, deadline),
                (payload, failure) -> complete(() -> settle(reply, payload, failure)));
        CompletableFuture<R> unused = reply.whenComplete((value, failure) -> {
            release(frame);
            pending.cancel(); // without effect unless the user ended it
        });
        submit(pending);
        return reply;
    }

    private Question question(ByteBuffer frame, @Nullable NodeId whom, long deadline) {
        return new Question(service.settings(), whom, deadline, frame, this::fits);
    }

    private void submit(PendingRequest pending) {
        pending.submit();
        if (engine.isOver()) {
            pending.abandon(); // it came too late for the loop
        }
    }

    /** On a handler thread; when the loop is over those may be gone. */
    private void complete(Runnable completion) {
        if (engine.isOver()) {
            completion.run();
        } else {
            engine.complete(completion);
        }
    }

    private void settle(CompletableFuture<R> reply, @Nullable ByteBuffer payload, @Nullable ParleyException failure) {
        try {
            reply.complete(value(payload, failure));
        } catch (ParleyException e) {
            reply.completeExceptionally(e);
        }
    }

    private R value(@Nullable ByteBuffer payload, @Nullable ParleyException failure) {
        if (payload == null) {
            throw failure != null ? failure : new ParleyException(ErrorCode.INTERNAL, service + " ended without end");
        }
        try {
            return service.replyCodec().decode(payload);
        } catch (RuntimeException e) {
            throw new ParleyException(
                    ErrorCode.DECODING_FAILED,
                    service + ": codec " + service.replyCodec().name() + " cannot read the reply: " + e,
                    e);
        }
    }

    private boolean fits(Offer.Entry offer) {
        Offer.Terms terms = offer.terms();
        return terms != null
                && service.requestCodec().reads(offer.codec(), offer.fingerprint())
                && service.replyCodec().reads(terms.codec(), terms.fingerprint());
    }

    @Override
    public R call(Q request) {
        if (engine.isOnLoop()) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, service + ": call waits, which the loop must not; use request");
        }
        ByteBuffer frame = encode(request);
        reserve(frame);
        try {
            return callOnce(frame);
        } finally {
            release(frame);
        }
    }

    /**
     * The reply is handed over by the loop itself: it is decoded here, and no other thread is in between. Where the loop only
     * waits, this thread runs it meanwhile, and the reply wakes just one.
     */
    private R callOnce(ByteBuffer frame) {
        Signal signal = engine.rim().runtime().newSignal();
        Result result = new Result();
        long nanos = Clock.span(service.settings().deadline());
        long deadline = deadlineAfter(service.settings().deadline());
        PendingRequest pending = new PendingRequest(engine, question(frame, target, deadline), (payload, failure) -> {
            result.payload = payload;
            result.failure = failure;
            result.there = true;
            signal.signal();
        });
        try (Runtime.Guest guest = engine.enterLoop()) {
            submit(pending);
            boolean answered = guest == null
                    ? engine.await(signal, () -> result.there, nanos + GRACE)
                    : guest.runUntil(() -> result.there, nanos + GRACE);
            if (!answered) {
                pending.cancel();
                throw new ParleyException(ErrorCode.TIMEOUT, service + ": the node does not answer");
            }
        } catch (InterruptedException e) {
            pending.cancel();
            Thread.currentThread().interrupt();
            throw new ParleyException(ErrorCode.INTERRUPTED, service + ": interrupted while waiting for the reply", e);
        }
        return value(result.payload, result.failure);
    }

    /** Written by the loop before {@code there}. */
    private static final class Result {
        private @Nullable ByteBuffer payload;
        private @Nullable ParleyException failure;
        private volatile boolean there;
    }

    @Override
    public CompletableFuture<List<Answer<R>>> requestAll(Q request, Duration timeout) {
        Service.checkDeadline(timeout);
        ByteBuffer frame = encode(request);
        long deadline = deadlineAfter(timeout);
        CompletableFuture<List<Answer<R>>> all = new CompletableFuture<>();
        Services.Unfinished unfinished = () -> all.completeExceptionally(
                new ParleyException(ErrorCode.CLOSED, "node '" + engine.self().name() + "' is closed"));
        engine.services().pending().add(unfinished);
        CompletableFuture<?> unused = all.whenComplete(
                (answers, failure) -> engine.services().pending().remove(unfinished));
        engine.run(() -> engine.services().whenSettled(deadline, () -> askAll(frame, deadline, all)));
        if (engine.isOver()) {
            unfinished.abandon(); // it came too late for the loop
        }
        return all;
    }

    /** On the loop. */
    private void askAll(ByteBuffer frame, long deadline, CompletableFuture<List<Answer<R>>> all) {
        List<NodeId> repliers = engine.services().requests().repliers(service.name());
        if (repliers.isEmpty()) {
            ParleyException nobody = new ParleyException(
                    ErrorCode.NO_RESPONDER, service + ": no replier among the peers of this node to be asked");
            complete(() -> all.completeExceptionally(nobody));
            return;
        }
        List<CompletableFuture<Answer<R>>> answers = new ArrayList<>();
        for (NodeId id : repliers) {
            PeerState peer = engine.membership().peer(id);
            if (peer != null) {
                count(frame);
                answers.add(ask(frame, id, deadline).handle((value, failure) -> answer(peer, value, failure)));
            }
        }
        CompletableFuture<Void> unused = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> all.complete(
                        answers.stream().map(CompletableFuture::join).toList()));
    }

    private Answer<R> answer(Peer peer, @Nullable R value, @Nullable Throwable failure) {
        if (failure == null) {
            return new Answer<>(peer, value, null);
        }
        return new Answer<>(
                peer,
                null,
                failure instanceof ParleyException known
                        ? known
                        : new ParleyException(ErrorCode.INTERNAL, service + ": " + failure, failure));
    }

    @Override
    public int repliers() {
        return engine.services().repliers(service.name());
    }

    @Override
    public void awaitRepliers(int count, Duration timeout) {
        try {
            if (!engine.await(engine.services().changed(), () -> repliers() >= count, Clock.span(timeout))) {
                throw new ParleyException(
                        ErrorCode.TIMEOUT,
                        service + " has " + repliers() + " repliers after " + timeout + ", waited for " + count);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParleyException(ErrorCode.INTERRUPTED, "interrupted while waiting for repliers of " + service, e);
        }
    }

    private long deadlineAfter(Duration time) {
        return engine.rim().clock().nanos() + Clock.span(time);
    }

    private ByteBuffer encode(Q request) {
        if (engine.isOver() || engine.closing().begun()) {
            throw new ParleyException(
                    ErrorCode.CLOSED, "node '" + engine.self().name() + "' is closed, or drains; it asks nothing more");
        }
        Codec<Q> codec = service.requestCodec();
        ByteBuffer payload = Encoded.of(
                codec, request, Request.MAX_PAYLOAD, service.settings().id());
        long time = engine.intake().time();
        return Request.encode(service.name(), outstanding.ids.incrementAndGet(), time, payload);
    }

    private void reserve(ByteBuffer frame) {
        count(frame);
        int requests = outstanding.requests.get();
        long bytes = outstanding.bytes.get();
        if (requests > service.settings().maxOutstanding() || bytes > MAX_OUTSTANDING_BYTES) {
            release(frame);
            throw new ParleyException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    service + ": " + (requests - 1) + " requests wait for their replies, maxOutstanding="
                            + service.settings().maxOutstanding() + "; " + bytes + " bytes with this one, the limit is "
                            + MAX_OUTSTANDING_BYTES + "; wait for some, or raise the limit of the service");
        }
    }

    private void count(ByteBuffer frame) {
        outstanding.requests.incrementAndGet();
        outstanding.bytes.addAndGet(frame.remaining());
    }

    private void release(ByteBuffer frame) {
        outstanding.requests.decrementAndGet();
        outstanding.bytes.addAndGet(-frame.remaining());
    }
}
