package io.parley.testkit.net;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A machine on a {@link SimNetwork}, with an address and as many transports as are opened on it. */
public final class SimHost {
    /** What a host does with a dial. */
    public enum Dials {
        /** Takes it when somebody listens on that port, and refuses it at once when nobody does. */
        ANSWERED,
        /** Refuses it at once. */
        REFUSED,
        /** Never answers it. */
        IGNORED
    }

    private static final int FIRST_FREE_PORT = 40_000;
    private static final int LAST_PORT = 65_535;

    private final SimNetwork network;
    private final String address;
    private final Map<Integer, SimTransport> listening = new TreeMap<>();
    private final List<SimTransport> transports = new ArrayList<>();
    private Dials dials = Dials.ANSWERED;
    private boolean gone;
    private int lastPort = FIRST_FREE_PORT;

    SimHost(SimNetwork network, String address) {
        this.network = network;
        this.address = address;
    }

    /** Where it is reached. */
    public String address() {
        return address;
    }

    /** Makes transports of this host. Each call of {@code open} gives another one. */
    public TransportProvider provider() {
        return provider(null);
    }

    /**
     * Makes transports whose polls never wait and never move the time, for nodes whose turns are themselves something that
     * happens in this network's time.
     *
     * @param news told when a poll would find something
     */
    public TransportProvider drivenProvider(Runnable news) {
        return provider(news);
    }

    private TransportProvider provider(@Nullable Runnable news) {
        return new TransportProvider() {
            @Override
            public String name() {
                return "sim";
            }

            @Override
            public int priority() {
                return 0;
            }

            @Override
            public Transport open(TransportContext context) {
                SimTransport transport = new SimTransport(network, SimHost.this, context, news);
                transports.add(transport);
                return transport;
            }
        };
    }

    /** From now on, does this with dials. */
    public void answerDials(Dials how) {
        dials = how;
    }

    /**
     * The processes die, as by a kill: every transport ends, what they had not written may be lost, and the other sides are
     * told, as the system of a host that lives on does it. New transports may be opened at once.
     */
    public void crash() {
        List<SimTransport> dying = List.copyOf(transports);
        transports.clear();
        dying.forEach(SimTransport::crash);
    }

    /**
     * The host dies, as by a power cut: every transport ends and nobody is told, so that the other sides hold half-open
     * connections. Nothing reaches it until {@link #appear}.
     */
    public void vanish() {
        List<SimTransport> dying = List.copyOf(transports);
        transports.clear();
        dying.forEach(SimTransport::vanish);
        gone = true;
    }

    /** The host is there again. What others send over connections from before is answered with a reset. */
    public void appear() {
        gone = false;
    }

    boolean isGone() {
        return gone;
    }

    Dials dials() {
        return dials;
    }

    @Nullable SimTransport listener(int port) {
        return listening.get(port);
    }

    Endpoint listen(Endpoint endpoint, SimTransport transport) {
        if (!endpoint.isWildcard() && !endpoint.host().equals(address)) {
            throw new ParleyException(
                    ErrorCode.ADDRESS_UNUSABLE, endpoint + " cannot be listened on, this host is " + address);
        }
        int port = endpoint.port() == 0 ? nextPort() : endpoint.port();
        if (listening.containsKey(port)) {
            throw new ParleyException(
                    ErrorCode.ADDRESS_IN_USE, endpoint + " is in use by " + listening.get(port) + "; use another port");
        }
        listening.put(port, transport);
        return endpoint.withPort(port);
    }

    void stopListening(SimTransport transport) {
        listening.values().removeIf(transport::equals);
        transports.remove(transport);
    }

    /** A port that was not in use lately. */
    int nextPort() {
        do {
            lastPort = lastPort == LAST_PORT ? FIRST_FREE_PORT : lastPort + 1;
        } while (listening.containsKey(lastPort));
        return lastPort;
    }

    @Override
    public String toString() {
        return address;
    }
}
