package io.parley.core.internal.engine;

import io.parley.core.AsyncHandler;
import io.parley.core.AsyncRequestHandler;
import io.parley.core.DeadLetters;
import io.parley.core.Explanation;
import io.parley.core.Handler;
import io.parley.core.Node;
import io.parley.core.Peer;
import io.parley.core.Publisher;
import io.parley.core.Pusher;
import io.parley.core.QueueReader;
import io.parley.core.Receiver;
import io.parley.core.Replier;
import io.parley.core.RequestHandler;
import io.parley.core.Requester;
import io.parley.core.Sender;
import io.parley.core.Service;
import io.parley.core.ServiceReplier;
import io.parley.core.Subscription;
import io.parley.core.Topic;
import io.parley.core.TopicReader;
import io.parley.core.TransactedHandler;
import io.parley.core.WorkQueue;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Filter;
import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.inbox.HandlerRuns;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Companion;
import io.parley.core.spi.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The node that users hold. Any thread: everything goes to the loop. */
final class ParleyNode implements Node {
    private final Engine engine;
    private final Subscriptions subscriptions;
    private final ServiceHandles services;
    private final Explainer explainer;
    private final Companions companions;
    private final Senders senders;
    private final AtomicBoolean closed = new AtomicBoolean();

    ParleyNode(Engine engine) {
        this.engine = engine;
        subscriptions = new Subscriptions(engine);
        explainer = new Explainer(engine);
        services = new ServiceHandles(engine);
        companions = new Companions(engine);
        senders = new Senders(engine);
    }

    @Override
    public NodeId id() {
        return engine.self().id();
    }

    @Override
    public String name() {
        return engine.self().name();
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.copyOf(engine.rim().endpoints());
    }

    @Override
    public <T> Publisher<T> publisher(Topic<T> topic) {
        checkOpen();
        return senders.open(topic.settings(), topic.codec());
    }

    @Override
    public <T> Pusher<T> pusher(WorkQueue<T> queue) {
        checkOpen();
        return senders.open(queue.settings(), queue.codec());
    }

    @Override
    public List<ChannelSettings> stored() {
        checkOpen();
        return engine.rim().deliveries().stored();
    }

    @Override
    public <T> DeadLetters<T> deadLetters(WorkQueue<T> queue) {
        checkOpen();
        return KeptDeadLetters.of(engine, senders.open(queue.settings(), queue.codec()));
    }

    @Override
    public DeadLetters<byte[]> deadLetters(ChannelId queue) {
        return KeptDeadLetters.of(engine, open(queue));
    }

    @Override
    public Sender<byte[]> reopen(ChannelId channel) {
        return open(channel);
    }

    private SenderHandle<byte[]> open(ChannelId channel) {
        ChannelSettings found = stored().stream()
                .filter(settings -> settings.id().equals(channel))
                .findFirst()
                .orElseThrow(() -> new ParleyException(
                        ErrorCode.INVALID_ARGUMENT,
                        channel + " is not in the data directory of node '" + name() + "'; stored() lists what is"));
        return senders.open(found, new StoredCodec(found.schema()));
    }

    @Override
    public <T> Subscription subscribe(TopicReader<T> reader, Handler<T> handler) {
        return subscribeAsync(reader, HandlerRuns.of(handler));
    }

    @Override
    public <T> Subscription subscribeAsync(TopicReader<T> reader, AsyncHandler<T> handler) {
        checkOpen();
        return subscriptions.subscribe(reader, handler).open();
    }

    @Override
    public <T> Subscription transact(TopicReader<T> reader, TransactedHandler<T> handler) {
        checkOpen();
        return subscriptions.transact(reader, handler).open();
    }

    @Override
    public <T> Receiver<T> receiver(TopicReader<T> reader) {
        checkOpen();
        return subscriptions.receiver(reader).open();
    }

    @Override
    public Subscription subscribeAll(String filter, Handler<byte[]> handler) {
        checkOpen();
        Filter whole = new Filter(filter);
        return subscriptions.subscribeAll(whole, HandlerRuns.of(handler)).open();
    }

    @Override
    public <T> Subscription pull(QueueReader<T> reader, Handler<T> handler) {
        return pullAsync(reader, HandlerRuns.of(handler));
    }

    @Override
    public <T> Subscription pullAsync(QueueReader<T> reader, AsyncHandler<T> handler) {
        checkOpen();
        return subscriptions.pull(reader, handler).open();
    }

    @Override
    public <Q, R> Requester<Q, R> requester(Service<Q, R> service) {
        checkOpen();
        return services.requester(service);
    }

    @Override
    public <Q, R> Replier reply(ServiceReplier<Q, R> replier, RequestHandler<Q, R> handler) {
        return replyAsync(replier, request -> CompletableFuture.completedFuture(handler.reply(request.value())));
    }

    @Override
    public <Q, R> Replier replyAsync(ServiceReplier<Q, R> replier, AsyncRequestHandler<Q, R> handler) {
        checkOpen();
        return engine.ask(() -> services.serve(replier, handler));
    }

    @Override
    public List<Peer> peers() {
        List<Peer> peers = new ArrayList<>();
        for (PeerState peer : engine.membership().peers()) {
            if (!peer.id().equals(id()) && peer.everUp()) {
                peers.add(peer);
            }
        }
        return peers;
    }

    @Override
    public Peer awaitPeer(String name, Duration timeout) {
        awaitLinks(() -> linkedPeer(name) != null, timeout, () -> "peer '" + name + "' was not linked");
        Peer peer = linkedPeer(name);
        if (peer == null) {
            throw new ParleyException(ErrorCode.TIMEOUT, "peer '" + name + "' was linked, and is gone again");
        }
        return peer;
    }

    @Override
    public void awaitPeers(int count, Duration timeout) {
        awaitLinks(() -> up() >= count, timeout, () -> up() + " of " + count + " peers were linked");
    }

    private void awaitLinks(BooleanSupplier condition, Duration timeout, Supplier<String> failure) {
        checkOpen();
        try {
            BooleanSupplier over = () -> closed.get() || condition.getAsBoolean();
            if (!engine.await(engine.membership().linkedSignal(), over, Clock.span(timeout))) {
                throw new ParleyException(
                        ErrorCode.TIMEOUT,
                        failure.get() + " within " + TimeUnit.MILLISECONDS.convert(timeout)
                                + " ms; see the events CLAIM_REFUSED, DIAL_FAILED and LINK_REFUSED, or run doctor");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParleyException(ErrorCode.INTERRUPTED, "interrupted while waiting for peers", e);
        }
        checkOpen();
    }

    private @Nullable Peer linkedPeer(String name) {
        return peers().stream()
                .filter(peer -> peer.state() == Peer.State.UP && peer.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private long up() {
        return peers().stream().filter(peer -> peer.state() == Peer.State.UP).count();
    }

    @Override
    public void addPeer(Endpoint endpoint) {
        checkOpen();
        engine.run(() -> {
            engine.sources().add(endpoint);
            engine.touchMembership();
        });
    }

    @Override
    public List<Explanation> explain(String channel) {
        ChannelId.checkName(channel);
        return engine.ask(() -> explainer.explain(channel));
    }

    @Override
    public Map<Happening, Long> counters() {
        return engine.events().counters();
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new ParleyException(ErrorCode.CLOSED, "node '" + name() + "' is closed");
        }
    }

    @Override
    public <C extends Companion> C companion(Class<C> type, Function<Host, C> opener) {
        return companions.of(type, opener);
    }

    @Override
    public boolean drain(Duration timeout) {
        if (closed.get()) {
            return true;
        }
        long deadline = engine.rim().clock().nanos() + Clock.span(timeout);
        engine.run(() -> engine.closing().drain(timeout));
        io.parley.core.spi.Runtime.Signal drained = engine.closing().changed();
        try {
            engine.await(
                    drained,
                    () -> engine.closing().drained(),
                    deadline - engine.rim().clock().nanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean all = engine.closing().drained();
        close();
        return all;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        engine.membership().linkedSignal().signal(); // who waits for a peer is told
        Duration linger = engine.limits().linger();
        long endOfLinger = engine.rim().clock().nanos() + Clock.span(linger);
        engine.run(() -> engine.closing().finish(linger));
        long patience = Clock.span(linger) + TimeUnit.MILLISECONDS.toNanos(500);
        if (!engine.isOnLoop()) {
            engine.loop().join(patience);
        }
        companions.close(endOfLinger);
        engine.services().abandon();
        engine.closeRim(TimeUnit.MILLISECONDS.toNanos(300));
        engine.events().happened(Happening.CLOSED, "", name() + " closed");
    }
}
