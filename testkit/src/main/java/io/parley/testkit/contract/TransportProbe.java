package io.parley.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Link;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportListener;
import io.parley.core.spi.TransportTrouble;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One transport under test, and everything that it told. Notes what it must never tell. */
final class TransportProbe implements TransportListener {
    final String name;
    final Transport transport;
    final List<Link> dialled = new ArrayList<>();
    final List<Endpoint> dialledEndpoints = new ArrayList<>();
    final List<Link> accepted = new ArrayList<>();
    final List<Link> down = new ArrayList<>();
    final List<Endpoint> failed = new ArrayList<>();
    final List<TransportTrouble> troubles = new ArrayList<>();

    private final Map<Link, Integer> frames = new HashMap<>();
    private final Map<Link, Integer> writable = new HashMap<>();
    private final Set<Link> up = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private BiConsumer<Link, InFrame> onFrame = (link, frame) -> frame.release();
    private boolean paused;
    private boolean polling;
    private long events;

    TransportProbe(String name, Transport transport) {
        this.name = name;
        this.transport = transport;
    }

    /** What is done with each frame from now on; it must release it. */
    void onFrame(BiConsumer<Link, InFrame> action) {
        onFrame = action;
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    void turn(long nanos) {
        if (!paused) {
            poll(nanos);
        }
    }

    void poll(long nanos) {
        polling = true;
        transport.poll(nanos, this);
        polling = false;
    }

    long events() {
        return events;
    }

    int framesOf(Link link) {
        return frames.getOrDefault(link, 0);
    }

    int writableOf(Link link) {
        return writable.getOrDefault(link, 0);
    }

    int linksUp() {
        return up.size();
    }

    void check() {
        assertEquals(List.of(), violations, name);
    }

    @Override
    public void linkUp(Link link, @Nullable Endpoint endpoint) {
        told("linkUp");
        if (!up.add(link) || down.contains(link)) {
            violations.add("linkUp told twice for " + link);
        }
        if (endpoint == null) {
            accepted.add(link);
        } else {
            dialled.add(link);
            dialledEndpoints.add(endpoint);
        }
    }

    @Override
    public void linkDown(Link link, String reason) {
        toldOf(link, "linkDown");
        up.remove(link);
        down.add(link);
    }

    @Override
    public void dialFailed(Endpoint endpoint, String reason) {
        told("dialFailed");
        failed.add(endpoint);
    }

    @Override
    public void frame(Link link, InFrame frame) {
        toldOf(link, "frame");
        int length = frame.buffer().remaining();
        if (length > transport.limits().maxFrame()) {
            violations.add("a frame of " + length + " B, above the limit of "
                    + transport.limits().maxFrame());
        }
        if (frames.merge(link, 1, Integer::sum) == 1 && length == TransportFixture.GREETING) {
            frame.release();
        } else {
            onFrame.accept(link, frame);
        }
    }

    @Override
    public void writable(Link link) {
        toldOf(link, "writable");
        writable.merge(link, 1, Integer::sum);
    }

    @Override
    public void trouble(TransportTrouble trouble, String detail) {
        told("trouble");
        troubles.add(trouble);
    }

    private void toldOf(Link link, String what) {
        told(what);
        if (!up.contains(link)) {
            violations.add(what + " told for a link that is not up: " + link);
        }
    }

    private void told(String what) {
        events++;
        if (!polling) {
            violations.add(what + " told outside of poll");
        }
    }

    @Override
    public String toString() {
        return name + "[dialled " + dialled.size() + ", accepted " + accepted.size() + ", up " + up.size() + ", down "
                + down.size() + ", failed " + failed.size() + ", troubles " + troubles + ", frames "
                + frames.values().stream().mapToLong(Integer::longValue).sum() + "]";
    }
}
