package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.NodeLimits;
import io.parley.core.NodeSettings;
import io.parley.core.Peer;
import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import io.parley.core.spi.Outlet.PeerRun;
import io.parley.core.spi.Runtime;
import io.parley.core.spi.TransportLimits;
import io.parley.core.wire.Introduction;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's loop and its parts: one thread owns peers, links, sessions, credit and the logs' tails. Here the parts find each
 * other; what happens when is in {@link LoopTurn}.
 */
final class Engine {
    private static final long ANSWER = TimeUnit.SECONDS.toNanos(10);

    private final Rim rim;
    private final Intake intake;
    private final Events events;
    private final Membership membership;
    private final Sources sources;
    private final Exchange exchange;
    private final Links links;
    private final Dispatcher dispatcher;
    private final TransportEvents transportEvents;
    private final LocalPort localPort = new LocalPort();
    private final LinkState localLink;
    private final Closing closing;
    private final Settling settling;
    private final Services services;
    private final Wakeups wakeups = new Wakeups();
    private final ActiveChannels channels;
    private final ReceiverTurns receivers;
    private final Assemblies assemblies;
    private final LoopTurn turn;
    private Runtime.@Nullable Loop loop;

    Engine(NodeSettings settings, Runtime runtime) {
        rim = new Rim(settings, runtime);
        turn = new LoopTurn(this);
        intake = new Intake(rim);
        events = new Events(settings.name(), settings.onEvent());
        membership = new Membership(this);
        exchange = new Exchange(this);
        channels = new ActiveChannels(this);
        receivers = new ReceiverTurns(this);
        assemblies = new Assemblies(this);
        links = new Links(this, rim);
        dispatcher = new Dispatcher(this);
        transportEvents = new TransportEvents(this);
        closing = new Closing(this);
        sources = new Sources(this);
        settling = new Settling(this);
        services = new Services(this);
        localLink = linkToSelf();
    }

    private LinkState linkToSelf() {
        LinkState link = new LinkState(localPort, null, self().id(), now());
        PeerState peer = new PeerState(self(), now());
        peer.introduced(self(), self().endpoints());
        peer.everUp(true);
        peer.state(Peer.State.UP);
        peer.link(link);
        link.peer(peer);
        membership.addSelf(peer);
        return link;
    }

    /** Starts the loop. */
    void start() {
        refreshNow(); // what was loaded meanwhile took its time, in which nobody was looked for
        String where = String.join(" ", self().endpoints());
        events.happened(new NodeEvent(Happening.LISTENING, 1, "", "", self().id() + " listens at " + where));
        sources.start();
        localLink.phase(LinkState.Phase.UP, now());
        exchange.linkUp(localLink);
        loop = rim.runtime().startLoop(rim.settings().name(), turn);
        intake.runBy(loop);
    }

    // what the parts of the engine ask of each other

    void control(LinkState link, ByteBuffer frame) {
        links.control(link, frame);
    }

    void drop(LinkState link, String reason) {
        links.drop(link, reason);
    }

    Settling settling() {
        return settling;
    }

    Wakeups wakeups() {
        return wakeups;
    }

    /** Whether this is the loop's own thread, which must wait for nothing. */
    boolean isOnLoop() {
        Runtime.Loop l = loop;
        return l != null && l.current();
    }

    ReceiverTurns receivers() {
        return receivers;
    }

    Assemblies assemblies() {
        return assemblies;
    }

    /** Something about peers has changed: they are looked at in this turn. */
    void touchMembership() {
        turn.touchMembership();
    }

    ActiveChannels channels() {
        return channels;
    }

    Links links() {
        return links;
    }

    // any thread

    /** Runs something on the loop. */
    void run(Runnable command) {
        intake.run(command);
    }

    /** Runs something on the loop after so long. */
    void after(long nanos, Runnable task) {
        intake.run(() -> turn.after(nanos, task));
    }

    Intake intake() {
        return intake;
    }

    /** Completes a future on a handler thread. */
    void complete(Runnable completion) {
        rim.handlers().execute(completion);
    }

    /** A listener's event, from any thread: users hear of it on the loop. */
    void happened(NodeEvent event) {
        intake.run(() -> events.happened(event));
    }

    /** Waits as {@link Runtime#await} does, but on the loop only looks: who would wait there would wait for itself. */
    boolean await(Runtime.Signal signal, BooleanSupplier condition, long nanos) throws InterruptedException {
        return isOnLoop() ? condition.getAsBoolean() : rim.runtime().await(signal, condition, nanos);
    }

    /** Asks the loop, and waits for its answer. */
    <R> R ask(Supplier<R> question) {
        if (isOnLoop()) {
            return question.get();
        }
        CompletableFuture<R> answer = new CompletableFuture<>();
        Runtime.Signal answered = rim.runtime().newSignal();
        run(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
            answered.signal();
        });
        try {
            if (!rim.runtime().await(answered, answer::isDone, ANSWER)) {
                throw new ParleyException(
                        ErrorCode.CLOSED, "node '" + self().name() + "' does not answer; it is closed");
            }
            return answer.getNow(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParleyException(
                    ErrorCode.INTERRUPTED, "interrupted while asking node '" + self().name() + "'", e);
        } catch (CompletionException e) {
            throw e.getCause() instanceof ParleyException p ? p : e;
        }
    }

    /**
     * Has the calling thread run the loop, where the transport bears it and the loop only waits; a busy one is better left to
     * its own thread. Null when it does not.
     */
    Runtime.@Nullable Guest enterLoop() {
        Runtime.Loop l = loop;
        if (l == null || !intake.isAsleep()) {
            return null;
        }
        boolean may = rim.transport().limits().polling() == TransportLimits.Polling.ANY_THREAD;
        return may ? l.enter(rim.transport()::wakeUp) : null;
    }

    Runtime.Loop loop() {
        Runtime.Loop l = loop;
        if (l == null) {
            throw new IllegalStateException("not started");
        }
        return l;
    }

    String peerName(NodeId id) {
        PeerState peer = membership.peer(id);
        return peer == null ? id.brief() : peer.name();
    }

    Peer peer(PeerRun run) {
        PeerState peer = membership.peer(run.id());
        if (peer != null) {
            return peer;
        }
        String name = run.id().brief();
        Introduction forgotten = new Introduction(run.id(), run.run(), self().group(), name, List.of());
        return new PeerState(forgotten, now());
    }

    /** Ends the transport and the handler threads; the loop is over, or was given up. */
    void closeRim(long patience) {
        sources.close();
        rim.close(patience);
        exchange.outbounds().forEach(o -> o.channel().log().close());
    }

    Rim rim() {
        return rim;
    }

    Introduction self() {
        return rim.self();
    }

    NodeLimits limits() {
        return rim.settings().limits();
    }

    Events events() {
        return events;
    }

    Membership membership() {
        return membership;
    }

    Sources sources() {
        return sources;
    }

    Exchange exchange() {
        return exchange;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    TransportEvents transportEvents() {
        return transportEvents;
    }

    Services services() {
        return services;
    }

    /** Whether the loop runs no more. Any thread. */
    boolean isOver() {
        return turn.isOver();
    }

    Closing closing() {
        return closing;
    }

    LocalPort localPort() {
        return localPort;
    }

    LinkState localLink() {
        return localLink;
    }

    Peer selfPeer() {
        return localLink.knownPeer();
    }

    long now() {
        return turn.now();
    }

    void refreshNow() {
        turn.refreshNow();
    }
}
