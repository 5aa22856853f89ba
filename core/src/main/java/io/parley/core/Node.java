package io.parley.core;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Happening;
import io.parley.core.codec.Codec;
import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.spi.Companion;
import io.parley.core.spi.Host;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * This process's membership in a group of nodes that talk to each other. Thread-safe. Handles are cached: the same constant
 * gives the same publisher or pusher.
 *
 * <p>Nothing here throws a checked exception. Every wait has a limit, and is ended by closing the node.
 */
public interface Node extends AutoCloseable {
    /**
     * What each node of the group answers about itself, read-only. The request is the name of a channel, {@code *} for all
     * channels on which it sends, or empty for none; the reply is JSON: <code>{"name","endpoints":[…],"channels":[{"channel",
     * "mode","guarantee","weakenedBy":[…],"facts":{…},"readers":[…],"senders":[…],"messages":[…]}…],"peers":[{"name","id",
     * "state","endpoints":[…]}…]}</code>, with all values as text. A reply has at most about 80,000 characters; what does not fit
     * is left out.
     */
    Service<String, String> INFO =
            Service.of("_info", Codec.utf8(), Codec.utf8()).idempotent();

    /** Opens a node with everything that is found on the class path or module path, listening on a free port. */
    static Node open(String name) {
        return builder(name).discovered().open();
    }

    /** A node that takes only what it is given. */
    static NodeBuilder builder(String name) {
        return new NodeBuilder(name);
    }

    /** Who this node is. */
    NodeId id();

    /** What it calls itself. */
    String name();

    /** Where it listens. */
    List<Endpoint> endpoints();

    /**
     * The handle for publishing on a topic. Peers hear of it at once: whoever subscribed before gets the first message.
     *
     * @throws io.parley.core.error.ParleyException CHANNEL_CONFLICT when the topic is open with other settings,
     *     MODE_UNAVAILABLE when no delivery serves its mode, CODEC_MISMATCH when messages wait in its journal that its codec does
     *     not read
     */
    <T> Publisher<T> publisher(Topic<T> topic);

    /** Subscribes to everything on a topic. */
    default <T> Subscription subscribe(Topic<T> topic, Handler<T> handler) {
        return subscribe(topic.reader(), handler);
    }

    /** Subscribes. The handler is called until the subscription or the node is closed. */
    <T> Subscription subscribe(TopicReader<T> reader, Handler<T> handler);

    /** Subscribes with a handler that is done later. */
    <T> Subscription subscribeAsync(TopicReader<T> reader, AsyncHandler<T> handler);

    /**
     * Subscribes to a DURABLE topic with a handler that answers messages by messages, effectively once: of each message, what
     * its handler sends by its transaction is sent exactly once, whatever crashes, as long as this node's data directory is
     * there. A reader that has no room for what it sends stands still until there is: open the channels that its handler sends
     * to before, not in it.
     *
     * @throws io.parley.core.error.ParleyException MODE_UNAVAILABLE when the topic is not DURABLE, or the node has no journal;
     *     INVALID_ARGUMENT when the handler is to run on the loop
     */
    <T> Subscription transact(TopicReader<T> reader, TransactedHandler<T> handler);

    /** Subscribes without a handler. */
    default <T> Receiver<T> receiver(Topic<T> topic) {
        return receiver(topic.reader());
    }

    /** Subscribes without a handler. */
    <T> Receiver<T> receiver(TopicReader<T> reader);

    /**
     * Subscribes, best effort, to every best effort topic of any peer whose subject matches, as bytes.
     *
     * @param filter a whole subject filter whose first token is {@code *}, or {@code #}
     */
    Subscription subscribeAll(String filter, Handler<byte[]> handler);

    /**
     * The handle for pushing to a queue.
     *
     * @throws io.parley.core.error.ParleyException as for {@link #publisher}
     */
    <T> Pusher<T> pusher(WorkQueue<T> queue);

    /** Pulls from a queue, one message at a time. */
    default <T> Subscription pull(WorkQueue<T> queue, Handler<T> handler) {
        return pull(queue.reader(), handler);
    }

    /** Pulls from a queue. */
    <T> Subscription pull(QueueReader<T> reader, Handler<T> handler);

    /** Pulls from a queue with a handler that is done later. */
    <T> Subscription pullAsync(QueueReader<T> reader, AsyncHandler<T> handler);

    /**
     * The DURABLE channels that earlier runs left in this node's data directory, and that this one opened, with the settings
     * of the last time. Empty without a directory. May wait for the disk.
     */
    List<ChannelSettings> stored();

    /**
     * Opens one of {@link #stored} without its codec: what waits there is offered to its readers. Values are bytes as the codec
     * writes them. While this handle is open the channel cannot be opened with its codec.
     *
     * @throws io.parley.core.error.ParleyException INVALID_ARGUMENT when there is no such channel, CHANNEL_CONFLICT when it is
     *     open with its codec
     */
    Sender<byte[]> reopen(ChannelId channel);

    /**
     * The messages of a DURABLE queue that this node sent, and that were given up. Opens the queue as {@link #pusher} does.
     *
     * @throws io.parley.core.error.ParleyException as for {@link #pusher}; MODE_UNAVAILABLE when the queue is not DURABLE
     */
    <T> DeadLetters<T> deadLetters(WorkQueue<T> queue);

    /**
     * The same of a queue among {@link #stored}, without its codec, opened as by {@link #reopen}: values are bytes as the codec
     * writes them.
     *
     * @throws io.parley.core.error.ParleyException as for {@link #reopen}; MODE_UNAVAILABLE when it is no queue
     */
    DeadLetters<byte[]> deadLetters(ChannelId queue);

    /** The handle for asking a service. */
    <Q, R> Requester<Q, R> requester(Service<Q, R> service);

    /** Answers a service, one request at a time. */
    default <Q, R> Replier reply(Service<Q, R> service, RequestHandler<Q, R> handler) {
        return reply(service.replier(), handler);
    }

    /**
     * Answers a service.
     *
     * @throws io.parley.core.error.ParleyException CHANNEL_CONFLICT when this node answers it already
     */
    <Q, R> Replier reply(ServiceReplier<Q, R> replier, RequestHandler<Q, R> handler);

    /** Answers a service, one request at a time, with a handler that is done later. */
    default <Q, R> Replier replyAsync(Service<Q, R> service, AsyncRequestHandler<Q, R> handler) {
        return replyAsync(service.replier(), handler);
    }

    /** Answers a service with a handler that is done later. */
    <Q, R> Replier replyAsync(ServiceReplier<Q, R> replier, AsyncRequestHandler<Q, R> handler);

    /** The nodes that this one has met. */
    List<Peer> peers();

    /**
     * Waits until a peer of that name is linked.
     *
     * @return the peer
     * @throws io.parley.core.error.ParleyException TIMEOUT, CLOSED, INTERRUPTED
     */
    Peer awaitPeer(String name, Duration timeout);

    /**
     * Waits until so many peers are linked.
     *
     * @throws io.parley.core.error.ParleyException TIMEOUT, CLOSED, INTERRUPTED
     */
    void awaitPeers(int count, Duration timeout);

    /** Dials an address until a peer is linked there, and again whenever it is not. */
    void addPeer(Endpoint endpoint);

    /** What holds for a channel at this moment; for every kind of that name of which this node knows. */
    List<Explanation> explain(String channel);

    /**
     * How often each thing happened since the node was opened, or to how many messages: what {@link NodeBuilder#onEvent} hears,
     * added up. Any thread; never waits. Kinds of which nothing happened are there with 0.
     */
    Map<Happening, Long> counters();

    /**
     * What another module runs beside this node, and ends with it: opened by the first call for its type, the same afterwards.
     * For modules; programs use what these offer. Any thread; waits while another thread opens a companion.
     *
     * @throws io.parley.core.error.ParleyException CLOSED; INVALID_ARGUMENT when the node was given a runtime: companions have
     *     threads of their own, in real time
     */
    <C extends Companion> C companion(Class<C> type, Function<Host, C> opener);

    /**
     * Leaves in order: takes no new work, finishes what was started, waits until what it sent is settled, then closes.
     *
     * @return whether all was done in time
     */
    boolean drain(Duration timeout);

    /** Closes within the linger, also when interrupted; the thread's flag is kept. Idempotent. */
    @Override
    void close();
}
