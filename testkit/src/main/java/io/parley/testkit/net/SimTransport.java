package io.parley.testkit.net;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Link;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportLimits;
import io.parley.core.spi.TransportListener;
import io.parley.core.spi.TransportTrouble;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A transport over a {@link SimNetwork}. Its polls wait by moving the network's time, unless somebody else does that. */
final class SimTransport implements Transport {
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(2);

    /** Something to be told at the next poll. */
    private record Told(@Nullable SimLink link, @Nullable SimFrame frame, Consumer<TransportListener> how) {}

    /** One call of {@link #dial} that was not answered yet. */
    final class Dial {
        final Endpoint endpoint;
        private @Nullable SimLink link;

        private Dial(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        SimTransport owner() {
            return SimTransport.this;
        }

        boolean isPending() {
            return dials.contains(this);
        }

        /** Ends what has begun of the connection. */
        private void giveUp() {
            if (link != null) {
                link.close("given up", SimPipe.Rest.ARRIVES);
            }
        }

        void fail(String reason) {
            if (dials.remove(this)) {
                giveUp();
                add(new Told(null, null, listener -> listener.dialFailed(endpoint, reason)));
            }
        }
    }

    private final SimNetwork network;
    private final SimHost host;
    private final TransportContext context;
    private final @Nullable Runnable news;
    private final ArrayDeque<Told> inbox = new ArrayDeque<>();
    private final List<Dial> dials = new ArrayList<>();
    private final Set<SimLink> links = new LinkedHashSet<>();
    private boolean closed;
    private volatile boolean woken;

    SimTransport(SimNetwork network, SimHost host, TransportContext context, @Nullable Runnable news) {
        this.network = network;
        this.host = host;
        this.context = context;
        this.news = news;
    }

    SimHost host() {
        return host;
    }

    @Override
    public TransportLimits limits() {
        return network.settings().limits();
    }

    @Override
    public Endpoint bind(Endpoint endpoint) {
        return host.listen(endpoint, this);
    }

    @Override
    public void dial(Endpoint endpoint) {
        Dial dial = new Dial(endpoint);
        dials.add(dial);
        if (links.size() >= context.maxConnections()) {
            dial.fail("all " + context.maxConnections() + " connections are in use");
            return;
        }
        network.after(network.travel(), () -> network.knock(dial));
        network.after(CONNECT_DEADLINE, () -> dial.fail("no answer within " + CONNECT_DEADLINE));
    }

    @Override
    public void hangUp(Endpoint endpoint) {
        for (Dial dial : List.copyOf(dials)) {
            if (dial.endpoint.equals(endpoint)) {
                dials.remove(dial);
                dial.giveUp();
            }
        }
    }

    /** The other side agreed to this dial. */
    SimLink dialled(Dial dial) {
        SimLink link = new SimLink(this, dial.endpoint.host() + ":" + dial.endpoint.port(), dial);
        dial.link = link;
        links.add(link);
        return link;
    }

    /** Takes a connection from there, or refuses: null. */
    @Nullable SimLink accepted(String remoteAddress) {
        if (links.size() >= context.maxConnections()) {
            String detail = remoteAddress + " refused, " + links.size() + " connections are open";
            add(new Told(null, null, listener -> listener.trouble(TransportTrouble.TOO_MANY_CONNECTIONS, detail)));
            return null;
        }
        SimLink link = new SimLink(this, remoteAddress, null);
        links.add(link);
        return link;
    }

    /** The other side's word that the connection stands has arrived. */
    void opened(SimLink link) {
        link.up();
        Dial dial = link.dial();
        if (dial != null) {
            dials.remove(dial);
            link.out().open();
        }
    }

    @Override
    public Sent send(Link link, OutFrame frame) {
        SimLink sim = own(link);
        if (!sim.isUp()) {
            return Sent.DOWN;
        }
        if (frame.bytes() > limits().maxFrame()) {
            throw new ParleyException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "frame of " + frame.bytes() + " B, the transport takes at most " + limits().maxFrame());
        }
        if (!sim.out().hasRoom(frame.bytes())) {
            return Sent.FULL;
        }
        sim.out().send(network.copy(frame));
        return Sent.TAKEN;
    }

    private SimLink own(Link link) {
        if (link instanceof SimLink sim && sim.owner == this) {
            return sim;
        }
        throw new IllegalArgumentException("link " + link + " belongs to another transport than " + this);
    }

    @Override
    public void drop(Link link) {
        SimLink sim = own(link);
        sim.close("closed by the other side", network.restOfABrokenConnection());
        inbox.removeIf(told -> told.link() == sim && discarded(told));
    }

    /** Whether this was a frame, which a link that was dropped tells no more. */
    private static boolean discarded(Told told) {
        if (told.frame() != null) {
            told.frame().release();
        }
        return told.frame() != null;
    }

    @Override
    public void poll(long maxNanos, TransportListener listener) {
        if (news == null) {
            network.waitFor(maxNanos, () -> woken || closed || !inbox.isEmpty());
        }
        woken = false;
        for (int batch = inbox.size(); batch > 0 && !inbox.isEmpty(); batch--) {
            Told told = inbox.remove();
            if (told.link() != null && told.frame() != null) {
                told.link().in().wasRead(told.frame().length());
            }
            told.how().accept(listener);
        }
    }

    @Override
    public void wakeUp() {
        woken = true;
        tellNews();
    }

    @Override
    public void close(Duration linger) {
        if (!closed) {
            end("closed by the other side", linger.isZero() ? network.restOfABrokenConnection() : SimPipe.Rest.ARRIVES);
        }
    }

    /** The process dies; its system tells the other sides. */
    void crash() {
        if (!closed) {
            end("connection reset", network.restOfABrokenConnection());
        }
    }

    /** The host dies; nobody is told anything. */
    void vanish() {
        if (!closed) {
            for (SimLink link : List.copyOf(links)) {
                link.out().ignore();
                link.in().ignore();
                link.down("host gone");
            }
            end("host gone", SimPipe.Rest.IS_LOST);
        }
    }

    private void end(String reason, SimPipe.Rest rest) {
        closed = true;
        dials.clear();
        host.stopListening(this);
        for (SimLink link : List.copyOf(links)) {
            link.close(reason, rest);
        }
        inbox.forEach(SimTransport::discarded);
        inbox.clear();
    }

    void forget(SimLink link) {
        links.remove(link);
        network.forget(link);
    }

    void tellUp(SimLink link) {
        Dial dial = link.dial();
        tell(new Told(link, null, listener -> listener.linkUp(link, dial == null ? null : dial.endpoint)));
    }

    void tellDown(SimLink link, String reason) {
        tell(new Told(link, null, listener -> listener.linkDown(link, reason)));
    }

    void tellWritable(SimLink link) {
        if (limits().signalsWritable() == TransportLimits.Writable.SIGNALLED) {
            tell(new Told(link, null, listener -> {
                if (link.isUp()) {
                    listener.writable(link);
                }
            }));
        }
    }

    void tellFrame(SimLink link, SimFrame frame) {
        tell(new Told(link, frame, listener -> listener.frame(link, frame)));
    }

    private void tell(Told told) {
        if (closed) {
            discarded(told);
        } else {
            add(told);
        }
    }

    private void add(Told told) {
        inbox.add(told);
        tellNews();
    }

    private void tellNews() {
        if (news != null) {
            news.run();
        }
    }

    @Override
    public String toString() {
        return context.name() + "@" + host.address();
    }
}
