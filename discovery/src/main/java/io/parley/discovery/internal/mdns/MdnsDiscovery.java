package io.parley.discovery.internal.mdns;

import io.parley.core.identity.Endpoint;
import io.parley.core.identity.Subnet;
import io.parley.core.spi.Announcement;
import io.parley.core.spi.Claim;
import io.parley.core.spi.Discovery;
import io.parley.core.spi.DiscoveryContext;
import io.parley.core.spi.DiscoveryListener;
import io.parley.discovery.internal.work.Background;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import javax.jmdns.ServiceInfo;
import org.jspecify.annotations.Nullable;

/**
 * Finds nodes by mDNS on the interfaces that were chosen. Looks at the interfaces every five seconds, since JmDNS does not
 * notice when an address changes. What takes time is done in order on a thread of {@link Background}; that line is the only
 * writer of the stations.
 */
public final class MdnsDiscovery implements Discovery {
    private static final long LOOK_MILLIS = 5_000;

    private final MdnsSettings settings;
    private final DiscoveryContext context;
    private final Executor line = Background.inOrder();
    private final Heard heard;
    private final Map<Place, Station> stations = new HashMap<>();
    private volatile @Nullable DiscoveryListener listener;
    private volatile @Nullable Announcement announced;
    private volatile boolean closed;
    private List<Subnet> told = List.of();
    private boolean looked;

    /** Opens nothing yet. */
    public MdnsDiscovery(MdnsSettings settings, DiscoveryContext context) {
        this.settings = settings;
        this.context = context;
        heard = new Heard(context.self());
    }

    @Override
    public void start(DiscoveryListener newListener) {
        listener = newListener;
        heard.listener(newListener);
        line.execute(this::lookAndComeAgain);
    }

    private void lookAndComeAgain() {
        if (!closed) {
            look();
            Background.after(LOOK_MILLIS, () -> line.execute(this::lookAndComeAgain));
        }
    }

    private void failed(String what) {
        DiscoveryListener l = listener;
        if (l != null && !closed) {
            l.failed(what);
        }
    }

    /** Has a station wherever there is an interface. */
    private void look() {
        List<Place> places;
        try {
            places = Place.chosen(settings.interfaces());
        } catch (RuntimeException e) {
            failed(e.getMessage() == null ? e.toString() : e.getMessage());
            return;
        }
        for (Place gone : List.copyOf(stations.keySet())) {
            if (!places.contains(gone)) {
                Station station = stations.remove(gone);
                heard.forgetAt(gone.address());
                if (station != null) {
                    Background.run(station::close);
                }
            }
        }
        boolean first = !looked;
        looked = true;
        tell(places);
        for (Place place : places) {
            if (!stations.containsKey(place) && !closed) {
                open(place);
                if (!first && !place.address().isLoopbackAddress()) {
                    addressesChanged();
                }
            }
        }
        if (places.isEmpty()) {
            failed("no interface is up " + (settings.interfaces().isEmpty() ? "" : "of " + settings.interfaces()));
        }
    }

    private void addressesChanged() {
        DiscoveryListener l = listener;
        if (l != null) {
            l.addressesChanged();
        }
    }

    private void open(Place place) {
        try {
            EarlyWord.Before said = sayBefore(place);
            Station station = new Station(place, settings.qualifiedType(), heard);
            stations.put(place, station);
            Announcement self = announced;
            if (self != null) {
                station.publish(self);
            }
            if (said != null) {
                station.takeOver(said);
            }
        } catch (IOException e) {
            failed("mDNS at " + place.address().getHostAddress() + " (" + place.name() + "): " + e.getMessage());
        }
    }

    /** Says that the node is there before JmDNS, which takes a while to begin, does; returns what, null for nothing. */
    private EarlyWord.@Nullable Before sayBefore(Place place) {
        Announcement self = announced;
        if (self == null || Responder.isAt(place.address())) {
            return null;
        }
        ServiceInfo info = Station.service(self, place, settings.qualifiedType());
        if (info == null) {
            return null;
        }
        ExitWatch.hook();
        return EarlyWord.sayBefore(place, info);
    }

    private void tell(List<Place> places) {
        List<Subnet> networks = new ArrayList<>(settings.allowed());
        places.forEach(place -> networks.addAll(place.networks()));
        DiscoveryListener l = listener;
        if (l != null && !networks.equals(told)) {
            told = networks;
            l.networks(networks);
        }
    }

    @Override
    public void announce(Announcement announcement) {
        if (closed) {
            return;
        }
        announced = announcement;
        line.execute(() -> {
            if (!closed && announcement.equals(announced)) {
                stations.values().forEach(station -> station.publish(announcement));
            }
        });
    }

    @Override
    public void withdraw() {
        announced = null;
        line.execute(() -> stations.values().forEach(station -> Background.run(station::unpublish)));
    }

    @Override
    public void refresh() {
        line.execute(() -> {
            if (!closed) {
                stations.values().forEach(Station::ask);
            }
        });
    }

    @Override
    public List<Claim> snapshot() {
        return heard.claims();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        announced = null; // a station that is being opened must not publish any more
        heard.listener(null);
        line.execute(() -> {
            stations.values().forEach(station -> Background.run(station::close));
            stations.clear();
        });
    }

    @Override
    public String toString() {
        return "mDNS of " + context.name();
    }

    /** Where a node that listens here is reached from a place; null when it is not. */
    static @Nullable Endpoint reachable(Endpoint endpoint, Place place) {
        String host = Place.numeric(place.address());
        boolean here = endpoint.isWildcard() || endpoint.host().equals(host);
        return endpoint.scheme().equals("tcp") && here ? endpoint.withHost(host) : null;
    }
}
