package io.parley.transport.plain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.Node;
import io.parley.core.Replier;
import io.parley.core.RequestHandler;
import io.parley.core.Service;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.transport.internal.plain.NativeSocket;
import io.parley.transport.internal.plain.NativeType;
import io.parley.transport.internal.plain.PlainLoop;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Native ZeroMQ sockets of a node, for programs that have libzmq, or another ZeroMQ, and no Parley. With a codec a socket is
 * used alone; with a topic, a queue or a service it is wired to that. All sockets of a node belong to one thread, which the
 * first of them starts, and end with the node. How values are put into frames is in docs/plain-zeromq.md.
 *
 * <p>Plain peers get best effort, whatever the mode of the channel behind the socket. A node that was given a runtime, as a
 * simulated one is, has no plain sockets, which live in real time: it is told INVALID_ARGUMENT.
 */
public final class PlainZmq {
    private PlainZmq() {}

    private static <S extends PlainSocket> PlainPlan<S> plan(Function<PlainSettings, S> opener) {
        return new PlainPlan<>(PlainSettings.DEFAULT, opener);
    }

    private static NativeSocket open(
            Node node, NativeType type, PlainSettings settings, Consumer<List<byte[]>> handler) {
        return PlainLoop.of(node).open(settings.of(type), "plain " + type, handler);
    }

    /** What comes to a socket that only sends. */
    private static void nothing(List<byte[]> frames) {}

    /** A PUB. */
    public static <T> PlainPlan<PlainPublisher<T>> publisher(Node node, Codec<T> codec) {
        return plan(settings ->
                new PlainPublisher<>(open(node, NativeType.PUB, settings, PlainZmq::nothing), settings, codec));
    }

    /** A PUB on which goes out what this node reads of a topic: from all nodes that publish it. */
    public static <T> PlainPlan<PlainSocket> publisher(Node node, Topic<T> topic) {
        return plan(settings -> {
            NativeSocket socket = open(node, NativeType.PUB, settings, PlainZmq::nothing);
            return wired(socket, () -> Bridges.publish(node, topic, socket, settings));
        });
    }

    /** A SUB; see {@link PlainSubscriber#subscribe}. */
    public static <T> PlainPlan<PlainSubscriber> subscriber(Node node, Codec<T> codec, PlainHandler<T> handler) {
        return plan(settings ->
                new PlainSubscriber(open(node, NativeType.SUB, settings, Decoding.subjectFirst(codec, handler))));
    }

    /**
     * A SUB of which all that comes is published on a topic of this node. A subject that does not begin with the topic's name
     * is put below it. See {@link PlainSubscriber#subscribe}.
     */
    public static <T> PlainPlan<PlainSubscriber> subscriber(Node node, Topic<T> topic) {
        return plan(settings -> new PlainSubscriber(open(
                node, NativeType.SUB, settings, Decoding.subjectFirst(topic.codec(), Bridges.intoTopic(node, topic)))));
    }

    /** Connects a SUB with one filter; the handler gets the frame after the subject. */
    public static PlainSubscriber subscribe(Node node, String endpoint, String prefix, Consumer<byte[]> handler) {
        PlainSubscriber subscriber = subscriber(node, Codec.bytes(), message -> handler.accept(message.value()))
                .connect(endpoint);
        return subscriber.subscribe(prefix);
    }

    /** A PUSH. */
    public static <T> PlainPlan<PlainPusher<T>> pusher(Node node, Codec<T> codec) {
        return plan(settings ->
                new PlainPusher<>(open(node, NativeType.PUSH, settings, PlainZmq::nothing), settings, codec));
    }

    /**
     * A PUSH to which a queue is drained: this node is a member of the queue, and a message is done when it is written for one
     * of the connected PULLs. Up to {@value Bridges#UNDER_WAY} messages are taken from the queue before.
     */
    public static <T> PlainPlan<PlainSocket> pusher(Node node, WorkQueue<T> queue) {
        return plan(settings -> {
            NativeSocket socket = open(node, NativeType.PUSH, settings, PlainZmq::nothing);
            return wired(socket, () -> Bridges.push(node, queue, socket, settings));
        });
    }

    /** A PULL. */
    public static <T> PlainPlan<PlainSocket> puller(Node node, Codec<T> codec, PlainHandler<T> handler) {
        return plan(settings ->
                new PlainSocket(open(node, NativeType.PULL, settings, Decoding.valueFirst(codec, handler)), () -> {}));
    }

    /** A PULL of which all that comes is pushed to a queue of this node; while that is full, nothing more is read. */
    public static <T> PlainPlan<PlainSocket> puller(Node node, WorkQueue<T> queue) {
        return puller(node, queue.codec(), Bridges.intoQueue(node, queue));
    }

    /** A requester: asks REPs and ROUTERs. */
    public static <Q, R> PlainPlan<PlainRequester<Q, R>> requester(Node node, Codec<Q> requests, Codec<R> replies) {
        return plan(settings -> {
            PlainRequester.Pending pending = new PlainRequester.Pending();
            NativeSocket socket = open(node, NativeType.DEALER, settings, pending::take);
            return new PlainRequester<>(socket, new PlainRequester.Codecs<>(requests, replies), pending, () -> {});
        });
    }

    /** A requester that has REPs and ROUTERs answer a service: this node is one of its repliers. */
    public static <Q, R> PlainPlan<PlainRequester<Q, R>> requester(Node node, Service<Q, R> service) {
        return plan(settings -> {
            PlainRequester.Pending pending = new PlainRequester.Pending();
            NativeSocket socket = open(node, NativeType.DEALER, settings, pending::take);
            AtomicReference<Replier> replier = new AtomicReference<>();
            PlainRequester<Q, R> requester = new PlainRequester<>(
                    socket, new PlainRequester.Codecs<>(service.requestCodec(), service.replyCodec()), pending, () -> {
                        Replier opened = replier.get();
                        if (opened != null) {
                            opened.close();
                        }
                    });
            replier.set(orClose(socket, () -> Bridges.reply(node, service, requester)));
            return requester;
        });
    }

    /** A replier: answers REQs, and DEALERs that write their envelope; one request at a time. */
    public static <Q, R> PlainPlan<PlainSocket> replier(
            Node node, Codec<Q> requests, Codec<R> replies, RequestHandler<Q, R> handler) {
        return plan(settings -> {
            Answers<R> answers = new Answers<>(replies, settings);
            NativeSocket socket =
                    open(node, NativeType.ROUTER, settings, Bridges.intoHandler(requests, handler, answers));
            answers.through(socket);
            return new PlainSocket(socket, () -> {});
        });
    }

    /** A replier that asks a service of the node for the answers, as many at once as come. */
    public static <Q, R> PlainPlan<PlainSocket> replier(Node node, Service<Q, R> service) {
        return plan(settings -> {
            Answers<R> answers = new Answers<>(service.replyCodec(), settings);
            NativeSocket socket = open(node, NativeType.ROUTER, settings, Bridges.intoService(node, service, answers));
            answers.through(socket);
            return new PlainSocket(socket, () -> {});
        });
    }

    /** A DEALER: frames as they are. */
    public static PlainPlan<PlainDealer> dealer(Node node, PlainHandler<byte[]> handler) {
        return plan(settings -> new PlainDealer(
                open(node, NativeType.DEALER, settings, Decoding.valueFirst(Codec.bytes(), handler)), settings));
    }

    /** A ROUTER: frames as they are, each message with the routing id of who sent it. */
    public static PlainPlan<PlainRouter> router(Node node, PlainRouter.Handler handler) {
        return plan(settings ->
                new PlainRouter(open(node, NativeType.ROUTER, settings, Decoding.addressed(handler)), settings));
    }

    /** Opens the node's side of a bridge, and closes it with the socket. */
    private static PlainSocket wired(NativeSocket socket, Supplier<Subscription> other) {
        Subscription subscription = orClose(socket, other);
        return new PlainSocket(socket, subscription::close);
    }

    private static <X> X orClose(NativeSocket socket, Supplier<X> other) {
        try {
            return other.get();
        } catch (RuntimeException e) {
            socket.close(socket.closeBy());
            throw e;
        }
    }

    /** From frames to handlers. */
    private static final class Decoding {
        private static <T> Consumer<List<byte[]>> subjectFirst(Codec<T> codec, PlainHandler<T> handler) {
            return frames -> {
                boolean hasSubject = frames.size() > 1;
                String subject = hasSubject ? new String(frames.get(0), UTF_8) : "";
                T value = Envelope.decode(codec, frames.get(hasSubject ? 1 : 0));
                handle(handler, new PlainMessage<>(subject, value, frames));
            };
        }

        private static <T> Consumer<List<byte[]>> valueFirst(Codec<T> codec, PlainHandler<T> handler) {
            return frames -> handle(handler, new PlainMessage<>("", Envelope.decode(codec, frames.get(0)), frames));
        }

        private static Consumer<List<byte[]>> addressed(PlainRouter.Handler handler) {
            return frames -> {
                RoutingId from = RoutingId.of(frames.get(0));
                handle(
                        message -> handler.handle(from, message.frames()),
                        new PlainMessage<>("", from, frames.subList(1, frames.size())));
            };
        }

        private static <T> void handle(PlainHandler<T> handler, PlainMessage<T> message) {
            try {
                handler.handle(message);
            } catch (RuntimeException e) {
                throw e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new HandlerFailure(e);
            } catch (Exception e) {
                throw new HandlerFailure(e);
            }
        }
    }
}
