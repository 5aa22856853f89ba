package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.Happening;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Companion;
import io.parley.core.spi.Host;
import io.parley.core.spi.TransportTrouble;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** What other modules run beside this node. Any thread. */
final class Companions {
    private final Engine engine;
    private final Map<Class<?>, Companion> open = new LinkedHashMap<>();
    private boolean closed;

    Companions(Engine engine) {
        this.engine = engine;
    }

    <C extends Companion> C of(Class<C> type, Function<Host, C> opener) {
        if (!(engine.rim().runtime() instanceof RealRuntime)) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "runtime of node '" + engine.self().name() + "' was given to it, expected none: "
                            + type.getSimpleName() + " has threads of its own, in real time");
        }
        synchronized (open) {
            if (closed || engine.closing().begun()) {
                throw new ParleyException(
                        ErrorCode.CLOSED, "node '" + engine.self().name() + "' is closed, or drains");
            }
            Companion known = open.get(type);
            if (known == null) {
                known = opener.apply(new EngineHost(engine));
                open.put(type, known);
            }
            return type.cast(known);
        }
    }

    /** Ends them all by that time, which may be over. */
    void close(long deadline) {
        List<Companion> all;
        synchronized (open) {
            closed = true;
            all = List.copyOf(open.values());
        }
        for (Companion companion : all) {
            long left = Math.max(0, deadline - engine.rim().clock().nanos());
            try {
                companion.close(Duration.ofNanos(left));
            } catch (RuntimeException e) {
                engine.events().failed("closing " + companion, e);
            }
        }
    }

    private record EngineHost(Engine engine) implements Host {
        @Override
        public String name() {
            return engine.self().name();
        }

        @Override
        public Clock clock() {
            return engine.rim().runtime().clock();
        }

        @Override
        public Duration linger() {
            return engine.limits().linger();
        }

        @Override
        public Executor handlers() {
            return engine.rim().handlers();
        }

        @Override
        public void happened(Happening what, long count, String channel, String detail) {
            NodeEvent event = new NodeEvent(what, count, "", channel, detail);
            if (engine.isOver()) {
                engine.events().happened(event);
            } else {
                engine.happened(event);
            }
        }

        @Override
        public void trouble(TransportTrouble trouble, String detail) {
            if (engine.isOver()) {
                engine.events().happened(Events.kindOf(trouble), "", detail);
            } else {
                engine.run(() -> engine.events().trouble(trouble, detail));
            }
        }
    }
}
