package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.NodeLimits;
import io.parley.core.NodeSettings;
import io.parley.core.Peer;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.internal.besteffort.BestEffort;
import io.parley.core.internal.channel.Channel;
import io.parley.core.internal.channel.ChannelPort;
import io.parley.core.log.BlockPool;
import io.parley.core.log.RingLog;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Delivery;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.DeliveryProvider;
import io.parley.core.spi.Entropy;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Outlet.PeerRun;
import io.parley.core.spi.Runtime;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportLimits.Writable;
import io.parley.core.wire.Introduction;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
final class Engine implements Runtime.Turns, ChannelPort {
    /** Blocks kept for the next log that wants one: at most 64 MiB, and an eighth of what the JVM may use. */
    private static final int POOLED_BLOCKS =
            (int) Math.min(1_024, java.lang.Runtime.getRuntime().maxMemory() / 8 / BlockPool.BLOCK);

    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long FULL_RETRY = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final NodeSettings settings;
    private final Runtime runtime;
    private final SteadyClock clock;
    private final Events events;
    private final Introduction self;
    private final Transport transport;
    private final FrameFactory frames;
    private final Runtime.Handlers handlers;
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final DeliveryContext context;
    private final BlockPool blocks = new BlockPool(POOLED_BLOCKS);
    private final Membership membership;
    private final Exchange exchange;
    private final Dispatcher dispatcher;
    private final TransportEvents transportEvents;
    private final LocalPort localPort = new LocalPort();
    private final LinkState localLink;
    private final Timers timers = new Timers();
    private final Closing closing;

    // filled by any thread, emptied by the loop
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Channel<?>> woken = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Reader> progressed = new ConcurrentLinkedQueue<>();
    private volatile boolean asleep;
    private volatile long coarseMillis;

    // written by the loop
    private final ArrayDeque<Outbound> active = new ArrayDeque<>();
    private final Set<LinkState> busyLinks = new LinkedHashSet<>();
    private final Deadlines<Outbound> channelDeadlines = new Deadlines<>();
    private final Deadlines<ReceiverEntry> receiverDeadlines = new Deadlines<>();
    private Runtime.@Nullable Loop loop;
    private long now;
    private long lastTurn;
    private long lastPause;
    private long membershipDeadline;
    private boolean over;

    Engine(NodeSettings settings, Runtime runtime) {
        this.settings = settings;
        this.runtime = runtime;
        clock = new SteadyClock(runtime.clock());
        now = clock.nanos();
        lastTurn = now;
        coarseMillis = clock.millis();
        events = new Events(settings.name(), settings.onEvent());
        Entropy entropy = runtime.entropy();
        NodeId id = new NodeId(entropy.nextLong(), entropy.nextLong());
        Run run = new Run(0, entropy.nextLong());
        transport = settings.transport()
                .open(new TransportContext(
                        settings.name(),
                        runtime.clock(),
                        entropy,
                        2 * settings.limits().maxPeers() + 100));
        listen();
        self = new Introduction(
                id,
                run,
                settings.group(),
                settings.name(),
                endpoints.stream().map(Endpoint::toString).toList());
        frames = new FrameFactory(transport.limits().bestFrame(), clock);
        handlers = runtime.openHandlers(settings.name(), settings.limits().maxHandlerThreads());
        context = new DeliveryContext(id, run, clock, entropy, capacity -> new RingLog(capacity, blocks));
        openDeliveries();
        membership = new Membership(this);
        exchange = new Exchange(this);
        dispatcher = new Dispatcher(this);
        transportEvents = new TransportEvents(this);
        closing = new Closing(this);
        localLink = linkToSelf();
    }

    private void listen() {
        List<Endpoint> wanted =
                settings.listen().isEmpty() ? List.of(Endpoint.parse("tcp://127.0.0.1:0")) : settings.listen();
        try {
            for (Endpoint endpoint : wanted) {
                endpoints.add(transport.bind(endpoint));
            }
        } catch (ParleyException e) {
            transport.close(java.time.Duration.ZERO);
            throw e;
        }
    }

    private void openDeliveries() {
        List<DeliveryProvider> providers = new ArrayList<>(settings.deliveries());
        providers.sort((a, b) -> Integer.compare(b.priority(), a.priority()));
        deliveries.add(new BestEffort(context));
        providers.forEach(p -> deliveries.add(p.open(context)));
    }

    private LinkState linkToSelf() {
        LinkState link = new LinkState(localPort, null, self.id(), now);
        PeerState peer = new PeerState(self, now);
        peer.introduced(self, self.endpoints());
        peer.everUp(true);
        peer.state(Peer.State.UP);
        peer.link(link);
        link.peer(peer);
        membership.addSelf(peer);
        return link;
    }

    /** Starts the loop. */
    void start() {
        String where = String.join(" ", self.endpoints());
        events.happened(new NodeEvent(Happening.LISTENING, 1, "", "", self.id() + " listens at " + where));
        for (Endpoint peer : settings.peers()) {
            membership.dials().add(peer, io.parley.core.internal.peer.DialPlan.Source.GIVEN, null, now);
        }
        localLink.phase(LinkState.Phase.UP, now);
        exchange.linkUp(localLink);
        loop = runtime.startLoop(settings.name(), this);
    }

    // one turn

    @Override
    public long turn() {
        if (over) {
            return -1;
        }
        long started = clock.nanos();
        noticeLateness(started);
        lastTurn = started;
        now = started;
        coarseMillis = clock.millis();
        takeLocalFrames();
        runCommands();
        timers.due(now).forEach(Runnable::run);
        turnReaders();
        turnChannels();
        if (now >= membershipDeadline || membershipTouched) {
            membershipTouched = false;
            membershipDeadline = membership.tick();
        }
        flushLinks();
        if (closing.step(now)) {
            over = true;
            return -1;
        }
        lastPause = pauseTime();
        return lastPause;
    }

    private boolean membershipTouched = true;

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
            membershipDeadline = started + LATE; // first everything that waits in the sockets is read
            events.happened(
                    new NodeEvent(Happening.LOOP_LATE, 1, "", "", TimeUnit.NANOSECONDS.toMillis(late) + " ms away"));
        }
    }

    @Override
    public void pause(long maxNanos) {
        transportEvents.stale();
        transport.poll(maxNanos, transportEvents);
        asleep = false;
    }

    private long pauseTime() {
        if (moreToDo()) {
            return 0;
        }
        long until = Math.min(membershipDeadline, timers.next());
        until = Math.min(until, Math.min(channelDeadlines.next(), receiverDeadlines.next()));
        until = Math.min(until, closing.deadline());
        long pause = Math.min(LONGEST_PAUSE, Math.max(0, until - now));
        if (!busyLinks.isEmpty() && transport.limits().signalsWritable() == Writable.POLLED) {
            pause = Math.min(pause, FULL_RETRY);
        }
        asleep = true;
        if (!commands.isEmpty() || !woken.isEmpty() || !progressed.isEmpty()) {
            asleep = false;
            return 0;
        }
        return pause;
    }

    private boolean moreToDo() {
        if (!active.isEmpty() || !localPort.isEmpty()) {
            return true;
        }
        for (LinkState link : busyLinks) {
            if (link.hasWork()) {
                return true;
            }
        }
        return false;
    }

    private void takeLocalFrames() {
        for (InFrame frame = localPort.next(); frame != null; frame = localPort.next()) {
            dispatcher.frame(localLink, frame);
            localLink.unblock();
        }
    }

    private void runCommands() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    private void turnReaders() {
        for (Reader reader = progressed.poll(); reader != null; reader = progressed.poll()) {
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
            hasWork(entry.link());
        }
    }

    void receiverEnded(ReceiverEntry entry) {
        receiverDeadlines.remove(entry);
    }

    private void turnChannels() {
        for (Channel<?> channel = woken.poll(); channel != null; channel = woken.poll()) {
            Outbound outbound = exchange.outbound(channel.settings().id());
            if (outbound != null && outbound.channel() == channel) {
                activate(outbound);
            }
        }
        channelDeadlines.due(now).forEach(this::activate);
        int rounds = active.size();
        for (int i = 0; i < rounds; i++) {
            Outbound outbound = active.removeFirst();
            outbound.active(false);
            outbound.turn(now);
            channelDeadlines.update(outbound);
            settleDown(outbound);
        }
    }

    /** Lets a channel rest that nobody waits for, and looks once more for what came in between. */
    private void settleDown(Outbound outbound) {
        Channel<?> channel = outbound.channel();
        channel.rest();
        if (outbound.hasNews() && channel.rouse()) {
            activate(outbound);
        }
    }

    /** The channel is looked at in this turn or the next. */
    void activate(Outbound outbound) {
        if (!outbound.active()) {
            outbound.active(true);
            active.add(outbound);
        }
    }

    private void flushLinks() {
        for (LinkState link : List.copyOf(busyLinks)) {
            link.flush(frames, now);
            if (!link.hasWork() && !link.blocked()) {
                busyLinks.remove(link);
            }
        }
        if (!frames.sentOn().isEmpty()) {
            for (Outbound outbound : frames.sentOn()) {
                outbound.afterSend(now);
                channelDeadlines.update(outbound);
            }
            frames.sentOn().clear();
        }
    }

    /** The link has something to send. */
    void hasWork(LinkState link) {
        busyLinks.add(link);
    }

    // links

    void control(LinkState link, ByteBuffer frame) {
        if (!link.control(frame)) {
            events.happened(Happening.LIMIT_REACHED, link.remoteAddress(), "control frames waiting");
            drop(link, "takes no frames");
            return;
        }
        hasWork(link);
    }

    void dial(Endpoint endpoint) {
        if (NameResolver.isNumeric(endpoint)) {
            transport.dial(endpoint);
            return;
        }
        handlers.execute(() -> {
            Endpoint resolved = NameResolver.resolve(endpoint);
            run(() -> dialResolved(endpoint, resolved));
        });
    }

    private void dialResolved(Endpoint endpoint, @Nullable Endpoint resolved) {
        if (resolved == null) {
            dialFailed(endpoint, "its name is not known");
            return;
        }
        transportEvents.alias(resolved, endpoint);
        transport.dial(resolved);
    }

    void dialFailed(Endpoint endpoint, String reason) {
        membership.dials().failed(endpoint, now);
        touchMembership();
        events.happened(Happening.DIAL_FAILED, "", endpoint + ": " + reason);
    }

    /** Ends a link: its sessions end at once, the connection after what was written last. */
    void drop(LinkState link, String reason) {
        if (link.phase() == LinkState.Phase.CLOSED) {
            return;
        }
        link.flush(frames, now);
        down(link, reason);
        timers.at(now + TimeUnit.MILLISECONDS.toNanos(20), link::drop);
    }

    /** A link is down. */
    void down(LinkState link, String reason) {
        if (link.phase() == LinkState.Phase.CLOSED) {
            return;
        }
        exchange.linkDown(link);
        membership.linkDown(link, reason);
        link.close(frames);
        busyLinks.remove(link);
        touchMembership();
    }

    // any thread

    /** Runs something on the loop. */
    void run(Runnable command) {
        commands.add(command);
        wakeLoop();
    }

    /** Runs something on the loop after so long. */
    void after(long nanos, Runnable task) {
        run(() -> timers.at(now + nanos, task));
    }

    @Override
    public void wake(Channel<?> channel) {
        woken.add(channel);
        wakeLoop();
    }

    void progressed(Reader reader) {
        if (reader.markProgress()) {
            progressed.add(reader);
            wakeLoop();
        }
    }

    private void wakeLoop() {
        if (asleep) {
            transport.wakeUp();
        }
    }

    @Override
    public long time() {
        return asleep ? clock.millis() : coarseMillis;
    }

    @Override
    public Runtime runtime() {
        return runtime;
    }

    @Override
    public Executor handlers() {
        return handlers;
    }

    /** Completes a future on a handler thread. */
    void complete(Runnable completion) {
        handlers.execute(completion);
    }

    /** A listener's event, from any thread: users hear of it on the loop. */
    void happened(NodeEvent event) {
        run(() -> events.happened(event));
    }

    Runtime.Handlers handlerThreads() {
        return handlers;
    }

    Runtime.Loop loop() {
        Runtime.Loop l = loop;
        if (l == null) {
            throw new IllegalStateException("not started");
        }
        return l;
    }

    Delivery delivery(Kind kind, Mode mode) {
        for (Delivery delivery : deliveries) {
            if (delivery.serves(kind, mode)) {
                return delivery;
            }
        }
        throw new ParleyException(
                ErrorCode.MODE_UNAVAILABLE,
                "no delivery serves a " + mode + " " + kind.name().toLowerCase(java.util.Locale.ROOT) + " on node '"
                        + settings.name() + "': add parley-reliability, or delivery(...) to the builder");
    }

    String peerName(NodeId id) {
        PeerState peer = membership.peer(id);
        return peer == null ? id.brief() : peer.name();
    }

    Peer peer(PeerRun run) {
        PeerState peer = membership.peer(run.id());
        return peer != null
                ? peer
                : new PeerState(
                        new Introduction(
                                run.id(), run.run(), settings.group(), run.id().brief(), List.of()),
                        now);
    }

    Introduction self() {
        return self;
    }

    Introduction introduction() {
        return self;
    }

    NodeLimits limits() {
        return settings.limits();
    }

    NodeSettings settings() {
        return settings;
    }

    Entropy entropy() {
        return runtime.entropy();
    }

    Clock clock() {
        return clock;
    }

    DeliveryContext context() {
        return context;
    }

    Events events() {
        return events;
    }

    Membership membership() {
        return membership;
    }

    Exchange exchange() {
        return exchange;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    Closing closing() {
        return closing;
    }

    Transport transport() {
        return transport;
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    Peer selfPeer() {
        return localLink.knownPeer();
    }

    /** Ends the transport and the handler threads; the loop is over, or was given up. */
    void closeRim(long patience) {
        transport.close(java.time.Duration.ofNanos(patience));
        handlers.close(patience);
        exchange.outbounds().forEach(o -> o.channel().log().close());
    }

    LinkState localLink() {
        return localLink;
    }

    long now() {
        return now;
    }

    /** The first event of a poll: the time before it is not the time of what arrived. */
    void refreshNow() {
        now = clock.nanos();
    }
}
