package io.parley.core.internal.engine;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Link;
import io.parley.core.spi.OutFrame;
import io.parley.core.spi.Sent;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportListener;
import io.parley.core.spi.TransportTrouble;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hears the transport, and makes links of its connections. Belongs to the loop. */
final class TransportEvents implements TransportListener {
    private final Engine engine;
    private final Map<Endpoint, Endpoint> aliases = new HashMap<>();
    private boolean stale;

    TransportEvents(Engine engine) {
        this.engine = engine;
    }

    /** What is heard next was heard after a wait. */
    void stale() {
        stale = true;
    }

    /** A dial of an address that stands for another one, whose name was looked up. */
    void alias(Endpoint resolved, Endpoint given) {
        aliases.put(resolved, given);
    }

    private void fresh() {
        if (stale) {
            stale = false;
            engine.refreshNow();
        }
    }

    private Endpoint given(Endpoint endpoint) {
        Endpoint alias = aliases.remove(endpoint);
        return alias == null ? endpoint : alias;
    }

    @Override
    public void linkUp(Link link, @Nullable Endpoint dialled) {
        fresh();
        Endpoint given = dialled == null ? null : given(dialled);
        LinkState state = new LinkState(
                new TransportPort(engine.rim().transport(), link),
                given,
                engine.self().id(),
                engine.now());
        link.attach(state);
        engine.membership().linkUp(state);
        engine.touchMembership();
    }

    /** A connection of the transport. */
    private record TransportPort(Transport transport, Link link) implements LinkState.Port {
        @Override
        public Sent send(OutFrame frame) {
            return transport.send(link, frame);
        }

        @Override
        public void ignore() {
            link.ignore();
        }

        @Override
        public void drop() {
            transport.drop(link);
        }

        @Override
        public String remoteAddress() {
            return link.remoteAddress();
        }
    }

    private static @Nullable LinkState state(Link link) {
        return (LinkState) link.attachment();
    }

    @Override
    public void linkDown(Link link, String reason) {
        fresh();
        LinkState state = state(link);
        if (state != null) {
            engine.links().down(state, reason);
        }
    }

    @Override
    public void dialFailed(Endpoint endpoint, String reason) {
        fresh();
        engine.links().dialFailed(given(endpoint), reason);
    }

    @Override
    public void frame(Link link, InFrame frame) {
        fresh();
        LinkState state = state(link);
        if (state == null) {
            frame.release();
            return;
        }
        int bytes = frame.buffer().limit();
        engine.dispatcher().frame(state, frame);
        engine.wakeups().arrived(bytes);
    }

    @Override
    public void writable(Link link) {
        LinkState state = state(link);
        if (state != null) {
            state.unblock();
            engine.links().hasWork(state);
        }
    }

    @Override
    public void trouble(TransportTrouble trouble, String detail) {
        engine.events().trouble(trouble, detail);
    }
}
