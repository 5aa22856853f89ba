package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.NodeLimits;
import io.parley.core.NodeSettings;
import io.parley.core.Peer;
import io.parley.core.channel.Happening;
import io.parley.core.identity.NodeId;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Outlet.PeerRun;
import io.parley.core.spi.Runtime;
import io.parley.core.wire.Introduction;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's loop: one thread that owns peers, links, sessions, credit and the logs' tails. A turn looks at what came from the
 * transport, from the application's threads and from the handlers, lets the state machines decide, and sends.
 *
 * <pre>
 *   poll ─▶ frames ─▶ sessions ─▶ inboxes          application ─▶ log ─▶ wake
 *     ▲                                                             │
 *     └── sleep ◀── send ◀── frames ◀── outlets ◀── channels with news
 * </pre>
 */
final class Engine implements Runtime.Turns {
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long FULL_RETRY = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

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
    private final Timers timers = new Timers();
    private final Closing closing;
    private final Services services;
    private final Wakeups wakeups = new Wakeups();
    private final ActiveChannels channels;
    private final Deadlines<ReceiverEntry> receiverDeadlines = new Deadlines<>();
    private Runtime.@Nullable Loop loop;
    private long now;
    private long lastTurn;
    private long lastPause;
    private long membershipDeadline;
    private long servicesDeadline = Long.MAX_VALUE;
    private boolean membershipTouched = true;
    private final Failures failures = new Failures();
    private volatile boolean over;

    Engine(NodeSettings settings, Runtime runtime) {
        rim = new Rim(settings, runtime);
        now = rim.clock().nanos();
        lastTurn = now;
        intake = new Intake(rim);
        events = new Events(settings.name(), settings.onEvent());
        membership = new Membership(this);
        exchange = new Exchange(this);
        channels = new ActiveChannels(this);
        links = new Links(this, rim);
        dispatcher = new Dispatcher(this);
        transportEvents = new TransportEvents(this);
        closing = new Closing(this);
        sources = new Sources(this);
        services = new Services(this);
        localLink = linkToSelf();
    }

    private LinkState linkToSelf() {
        LinkState link = new LinkState(localPort, null, self().id(), now);
        PeerState peer = new PeerState(self(), now);
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
        String where = String.join(" ", self().endpoints());
        events.happened(new NodeEvent(Happening.LISTENING, 1, "", "", self().id() + " listens at " + where));
        sources.start();
        localLink.phase(LinkState.Phase.UP, now);
        exchange.linkUp(localLink);
        loop = rim.runtime().startLoop(rim.settings().name(), this);
    }

    // one turn

    @Override
    public long turn() {
        if (over) {
            return -1;
        }
        try {
            return doTurn();
        } catch (RuntimeException e) {
            events.failed("a turn of the loop", e);
            return failures.tooMany(now) ? giveUp() : 0;
        }
    }

    /** Nothing helps any more: peers are told nothing, and find out; whoever waits here gets CLOSED. */
    private long giveUp() {
        over = true;
        exchange.outbounds().forEach(o -> {
            o.channel().close();
            o.failReceipts("the loop of the node failed");
        });
        services.abandon();
        return -1;
    }

    private long doTurn() {
        long started = rim.clock().nanos();
        noticeLateness(started);
        lastTurn = started;
        now = started;
        intake.tick(rim.clock().millis());
        takeLocalFrames();
        wakeups.wake();
        runCommands();
        intake.loopHandlers().turn();
        timers.due(now).forEach(Runnable::run);
        events.exhausted(rim.handlers().exhausted(now), limits().maxHandlerThreads());
        turnReaders();
        channels.turn(now);
        servicesDeadline = services.turn(now);
        if (now >= membershipDeadline || membershipTouched) {
            membershipTouched = false;
            membershipDeadline = Math.min(sources.tick(now), membership.tick());
        }
        links.flush();
        if (closing.step(now)) {
            over = true;
            return -1;
        }
        lastPause = pauseTime();
        return lastPause;
    }

    /** Something about peers has changed: they are looked at in this turn. */
    void touchMembership() {
        membershipTouched = true;
    }

    /** A turn that begins long after it was meant to: nobody's silence in between counts. */
    private void noticeLateness(long started) {
        long late = started - lastTurn - lastPause;
        if (late > LATE) {
            now = started;
            membership.shift(late);
            rim.handlers().shift(late);
            membershipDeadline = started + LATE; // first everything that waits in the sockets is read
            events.happened(
                    new NodeEvent(Happening.LOOP_LATE, 1, "", "", TimeUnit.NANOSECONDS.toMillis(late) + " ms away"));
        }
    }

    @Override
    public void pause(long maxNanos) {
        transportEvents.stale();
        try {
            poll(maxNanos);
        } catch (RuntimeException e) {
            events.failed("the transport", e);
        }
    }

    private void poll(long maxNanos) {
        rim.transport().poll(maxNanos, transportEvents);
        intake.awake();
    }

    private long pauseTime() {
        if (moreToDo()) {
            return 0;
        }
        long until = Math.min(membershipDeadline, timers.next());
        until = Math.min(until, Math.min(channels.nextDeadline(), receiverDeadlines.next()));
        until = Math.min(until, Math.min(closing.deadline(), servicesDeadline));
        long pause = Math.min(LONGEST_PAUSE, Math.max(0, until - now));
        if (links.mustRetry()) {
            pause = Math.min(pause, FULL_RETRY);
        }
        return intake.fallAsleep() ? pause : 0;
    }

    private boolean moreToDo() {
        return channels.anyActive() || !intake.loopHandlers().isEmpty() || !localPort.isEmpty() || links.canSend();
    }

    private void takeLocalFrames() {
        for (InFrame frame = localPort.next(); frame != null; frame = localPort.next()) {
            dispatcher.frame(localLink, frame);
            localLink.unblock();
        }
    }

    private void runCommands() {
        for (Runnable command = intake.nextCommand(); command != null; command = intake.nextCommand()) {
            command.run();
        }
    }

    private void turnReaders() {
        for (Reader reader = intake.nextProgressed(); reader != null; reader = intake.nextProgressed()) {
            reader.prepareTurn();
            for (ReceiverEntry entry : List.copyOf(reader.sessions())) {
                turnReceiver(entry);
            }
        }
        receiverDeadlines.due(now).forEach(this::turnReceiver);
    }

    /** Lets a session answer. */
    void turnReceiver(ReceiverEntry entry) {
        if (entry.ended()) {
            return;
        }
        entry.deadline(entry.session().inlet().turn(entry.acks(), now));
        receiverDeadlines.update(entry);
        if (entry.link().controlWaiting() > 0) {
            links.hasWork(entry.link());
        }
    }

    void receiverEnded(ReceiverEntry entry) {
        receiverDeadlines.remove(entry);
    }

    // what the parts of the engine ask of each other

    void control(LinkState link, ByteBuffer frame) {
        links.control(link, frame);
    }

    void drop(LinkState link, String reason) {
        links.drop(link, reason);
    }

    Wakeups wakeups() {
        return wakeups;
    }

    /** Whether this is the loop's own thread, which must wait for nothing. */
    boolean isOnLoop() {
        Runtime.Loop l = loop;
        return l != null && l.current();
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
        intake.run(() -> timers.at(now + nanos, task));
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
        return new PeerState(forgotten, now);
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
        return over;
    }

    Closing closing() {
        return closing;
    }

    LinkState localLink() {
        return localLink;
    }

    Peer selfPeer() {
        return localLink.knownPeer();
    }

    long now() {
        return now;
    }

    /** The first event of a poll: the time before it is not the time of what arrived. */
    void refreshNow() {
        now = rim.clock().nanos();
    }
}
