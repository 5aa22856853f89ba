package io.parley.transport.plain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Pusher;
import io.parley.core.Replier;
import io.parley.core.RequestHandler;
import io.parley.core.Requester;
import io.parley.core.Service;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.transport.internal.plain.NativeSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** What wires plain sockets to topics, queues and services: each way what comes from one is given to the other. */
final class Bridges {
    /** So many messages of a queue, or requests, are on their way to plain peers at once. */
    static final int UNDER_WAY = 64;

    private Bridges() {}

    /** Has a topic go out. */
    static <T> Subscription publish(Node node, Topic<T> topic, NativeSocket out, PlainSettings settings) {
        return node.subscribe(
                topic,
                message -> out.send(
                        List.of(message.subject().getBytes(UTF_8), encode(message, topic, out, settings)),
                        settings.sendTimeout()));
    }

    private static <T> byte[] encode(Message<T> message, Topic<T> topic, NativeSocket out, PlainSettings settings) {
        return PlainSender.encode(topic.codec(), message.value(), settings.maxMessage(), out);
    }

    /** Has what comes go into a topic. */
    static <T> PlainHandler<T> intoTopic(Node node, Topic<T> topic) {
        Publisher<T> publisher = node.publisher(topic);
        return message -> {
            String suffix = suffix(topic.name(), message.subject());
            if (suffix.isEmpty()) {
                publisher.send(message.value());
            } else {
                publisher.send(suffix, message.value());
            }
        };
    }

    /** A subject outside of the topic is put below it. */
    static String suffix(String topic, String subject) {
        if (subject.equals(topic)) {
            return "";
        }
        return subject.startsWith(topic + ".") ? subject.substring(topic.length() + 1) : subject;
    }

    /** Has a queue go out: a message is done when ZeroMQ has it for a connection. */
    static <T> Subscription push(Node node, WorkQueue<T> queue, NativeSocket out, PlainSettings settings) {
        return node.pullAsync(
                queue.concurrency(UNDER_WAY),
                message -> out.write(
                        List.of(PlainSender.encode(queue.codec(), message.value(), settings.maxMessage(), out)),
                        settings.sendTimeout()));
    }

    /** Has what comes go into a queue; while that is full nothing more is read. */
    static <T> PlainHandler<T> intoQueue(Node node, WorkQueue<T> queue) {
        Pusher<T> pusher = node.pusher(queue);
        return message -> {
            while (true) {
                try {
                    pusher.send(message.value());
                    return;
                } catch (ParleyException e) {
                    if (e.code() != ErrorCode.LOG_FULL) {
                        throw e;
                    }
                }
            }
        };
    }

    /** Has a service of the node answer what comes. */
    static <Q, R> Consumer<List<byte[]>> intoService(Node node, Service<Q, R> service, Answers<R> answers) {
        Requester<Q, R> requester = node.requester(service);
        return frames -> {
            Envelope envelope = Envelope.of(frames, 1);
            try {
                Q request = Envelope.decode(service.requestCodec(), Envelope.payload(envelope.body()));
                CompletableFuture<R> unused = requester.request(request).whenComplete((value, e) -> {
                    if (e == null) {
                        answers.reply(envelope, value);
                    } else {
                        Throwable cause = e.getCause();
                        answers.fail(envelope, e instanceof CompletionException && cause != null ? cause : e);
                    }
                });
            } catch (ParleyException e) {
                answers.fail(envelope, e);
            }
        };
    }

    /** Has a handler answer what comes. */
    static <Q, R> Consumer<List<byte[]>> intoHandler(
            Codec<Q> requests, RequestHandler<Q, R> handler, Answers<R> answers) {
        return frames -> {
            Envelope envelope = Envelope.of(frames, 1);
            try {
                Q request = Envelope.decode(requests, Envelope.payload(envelope.body()));
                answers.reply(envelope, handler.reply(request));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                answers.fail(envelope, e);
            } catch (Exception e) {
                answers.fail(envelope, e);
            }
        };
    }

    /** Has plain peers answer a service of the node. */
    static <Q, R> Replier reply(Node node, Service<Q, R> service, PlainRequester<Q, R> requester) {
        return node.replyAsync(
                service.concurrency(UNDER_WAY),
                request -> requester.request(request.value(), service.settings().deadline()));
    }
}
