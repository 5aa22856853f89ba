package io.parley.transport.plain;

import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Clock;
import io.parley.transport.internal.plain.NativeSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Asks REPs, or ROUTERs that answer as one: a DEALER that writes the envelope of a REQ with a number before it, as
 * {@code ZMQ_REQ_CORRELATE} does, so that any number of requests may be under way. Each goes to the next connection in turn.
 *
 * @param <Q> the type of the requests
 * @param <R> the type of the replies
 */
public final class PlainRequester<Q, R> extends PlainSocket {
    /** The most requests that wait for their replies. */
    public static final int MAX_OUTSTANDING = 1_000;

    /** How long a request waits for its reply when nothing else is said. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);

    /** The requests under way: what a reply is found by. */
    static final class Pending {
        private final Map<Integer, CompletableFuture<List<byte[]>>> byNumber = new ConcurrentHashMap<>();
        private final AtomicInteger numbers = new AtomicInteger();

        /** A message has come; one that answers nothing, or too late, is nobody's. */
        void take(List<byte[]> frames) {
            Envelope envelope = Envelope.of(frames, 0);
            byte[] number = envelope.head().get(0);
            CompletableFuture<List<byte[]>> asked = number.length == Integer.BYTES
                    ? byNumber.remove(ByteBuffer.wrap(number).getInt())
                    : null;
            if (asked != null) {
                asked.complete(envelope.body());
            }
        }

        private void failAll() {
            byNumber.values()
                    .forEach(asked -> asked.completeExceptionally(
                            new ParleyException(ErrorCode.CLOSED, "the plain requester was closed")));
        }
    }

    private final Codecs<Q, R> codecs;
    private final Pending pending;
    private final Executor handlers;

    /** How values become bytes. */
    record Codecs<Q, R>(Codec<Q> requests, Codec<R> replies) {}

    PlainRequester(NativeSocket socket, Codecs<Q, R> codecs, Pending pending, Runnable onClose) {
        super(socket, onClose);
        this.codecs = codecs;
        this.pending = pending;
        this.handlers = socket.handlers();
        socket.onEnd(pending::failAll);
    }

    /** Asks, with the default deadline. As {@link #request(Object, Duration)}. */
    public CompletableFuture<R> request(Q request) {
        return request(request, DEFAULT_DEADLINE);
    }

    /**
     * Asks. Never waits. The future completes on a handler thread; it fails with a {@code ParleyException} TIMEOUT (whether it
     * ran is not known), REQUEST_FAILED when the reply says so, DECODING_FAILED, CLOSED.
     *
     * @throws ParleyException TOO_MANY_REQUESTS, LOG_FULL, NOT_CONNECTED, MESSAGE_TOO_LARGE, ENCODING_FAILED, CLOSED
     */
    public CompletableFuture<R> request(Q request, Duration deadline) {
        if (pending.byNumber.size() >= MAX_OUTSTANDING) {
            throw new ParleyException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    socket().name() + ": " + MAX_OUTSTANDING
                            + " requests wait for their replies; wait for some of them");
        }
        byte[] payload = PlainSender.encode(
                codecs.requests(), request, socket().settings().maxMessage(), socket());
        int number = pending.numbers.incrementAndGet();
        byte[] head = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
        CompletableFuture<List<byte[]>> asked = new CompletableFuture<>();
        pending.byNumber.put(number, asked);
        try {
            socket().send(List.of(head, Envelope.DELIMITER, payload), Duration.ZERO);
        } catch (RuntimeException e) {
            pending.byNumber.remove(number);
            throw e;
        }
        CompletableFuture<R> answer = asked.orTimeout(Math.max(1, Clock.span(deadline)), TimeUnit.NANOSECONDS)
                .handleAsync((body, e) -> answer(body, e, deadline), handlers);
        CompletableFuture<R> unused = answer.whenComplete((value, e) -> pending.byNumber.remove(number));
        return answer;
    }

    private R answer(@Nullable List<byte[]> body, Throwable failure, Duration deadline) {
        if (failure instanceof TimeoutException) {
            throw new ParleyException(
                    ErrorCode.TIMEOUT,
                    socket().name() + ": no reply within " + deadline.toMillis() + " ms, " + connections()
                            + " connections are open; whether the request ran is not known");
        }
        if (body == null) {
            throw failure instanceof ParleyException ours
                    ? ours
                    : new ParleyException(ErrorCode.INTERNAL, String.valueOf(failure), failure);
        }
        return Envelope.decode(codecs.replies(), Envelope.payload(body));
    }
}
