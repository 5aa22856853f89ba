package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.Happening;
import io.parley.core.spi.TransportTrouble;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where things that happen are counted, logged and told to the user. Any thread. */
final class Events {
    private final Logger log;
    private final Consumer<NodeEvent> listener;
    private final Map<Happening, LongAdder> counts = new EnumMap<>(Happening.class);
    private final Complaints complaints = new Complaints(this::happened);

    Events(String node, Consumer<NodeEvent> listener) {
        this.log = LoggerFactory.getLogger("io.parley.node." + node);
        this.listener = listener;
        for (Happening what : Happening.values()) {
            counts.put(what, new LongAdder());
        }
    }

    void happened(NodeEvent event) {
        LongAdder counter = counts.get(event.what());
        if (counter != null) {
            counter.add(Math.max(1, event.count()));
        }
        write(event);
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            log.warn("the listener of events failed", e);
        }
    }

    private void write(NodeEvent event) {
        switch (event.what()) {
            case LISTENING,
                    PEER_JOINED,
                    PEER_BACK,
                    PEER_LEFT,
                    PEER_DRAINS,
                    PEER_UPDATED,
                    PEER_SUSPECT,
                    PEER_LOST,
                    CIRCUIT_CLOSED,
                    DISK_HAS_ROOM,
                    CLOSED -> log.info("{}", event);
            case MALFORMED_FRAME,
                    SEQUENCE_HOLE,
                    READER_EVICTED,
                    READER_REFUSED,
                    LINK_REFUSED,
                    MESSAGE_DEAD,
                    MESSAGE_PARKED,
                    HANDLERS_EXHAUSTED,
                    LOST_AT_CLOSE,
                    DISK_FULL,
                    JOURNAL_DAMAGED,
                    JOURNAL_TORN,
                    CHANNEL_FAILED,
                    LIMIT_REACHED,
                    CIRCUIT_OPENED,
                    SUBSCRIPTION_STOPPED,
                    DISCOVERY_FAILED,
                    CLAIM_REFUSED,
                    PROTOCOL_ERROR,
                    GREETING_TIMEOUT,
                    CONNECTION_REFUSED,
                    TRANSPORT_REBUILT -> log.warn("{}", event);
            default -> log.debug("{}", event);
        }
    }

    /** Something of ours failed that must not fail. */
    void failed(String what, RuntimeException failure) {
        log.error("{} failed", what, failure);
        happened(Happening.LOOP_FAILED, "", what + ": " + failure);
    }

    /** Something happened that others may cause as often as they like. On the loop. */
    void often(Happening what, String peer, String detail) {
        complaints.add(what, peer, detail);
    }

    /** What is below links, or beside them, has something to tell. On the loop. */
    void trouble(TransportTrouble trouble, String detail) {
        often(kindOf(trouble), "", detail);
    }

    /** What it is called when it is told. */
    static Happening kindOf(TransportTrouble trouble) {
        return switch (trouble) {
            case PROTOCOL_ERROR -> Happening.PROTOCOL_ERROR;
            case HANDSHAKE_TIMEOUT -> Happening.GREETING_TIMEOUT;
            case TOO_MANY_CONNECTIONS -> Happening.CONNECTION_REFUSED;
            case REBUILT -> Happening.TRANSPORT_REBUILT;
            case STUCK_GREETING -> Happening.GREETING_PUSHED;
        };
    }

    /** Tells what others caused too often to be told one by one. On the loop. */
    void turn(long now) {
        complaints.turn(now);
    }

    /** So much work waits for handler threads for too long; 0 when that is not so, or was told a moment ago. */
    void exhausted(long waiting, int threads) {
        if (waiting > 0) {
            String text = "maxHandlerThreads=" + threads + ": all were busy for a second while work waits";
            happened(new NodeEvent(Happening.HANDLERS_EXHAUSTED, waiting, "", "", text));
        }
    }

    void happened(Happening what, String peer, String detail) {
        happened(new NodeEvent(what, 1, peer, "", detail));
    }

    Map<Happening, Long> counters() {
        Map<Happening, Long> all = new EnumMap<>(Happening.class);
        counts.forEach((what, counter) -> all.put(what, counter.sum()));
        return all;
    }

    long count(Happening what) {
        LongAdder counter = counts.get(what);
        return counter == null ? 0 : counter.sum();
    }
}
