package io.parley.discovery;

import io.parley.core.identity.Subnet;
import io.parley.discovery.internal.mdns.Echo;
import io.parley.discovery.internal.mdns.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether mDNS can work on the interfaces of this host: for diagnosis. */
public final class Multicast {
    private Multicast() {}

    /**
     * What was seen on an interface.
     *
     * @param name of the interface
     * @param address of this host there
     * @param networks whose addresses are believed that are heard there
     * @param outcome what a packet to the group of mDNS did
     * @param detail for people
     */
    public record Check(String name, String address, List<String> networks, Outcome outcome, String detail) {
        public Check {
            networks = List.copyOf(networks);
        }
    }

    /** What became of a packet. */
    public enum Outcome {
        /** It was sent, and heard on this host. What a switch does to it beyond is not known. */
        HEARD,
        /** It was sent, and this host did not hear it. */
        SILENT,
        /** It could not be sent. */
        REFUSED,
        /** None was sent: the interface is up, and takes no multicast. */
        NO_MULTICAST,
        /** None was sent: the interface is up and takes multicast, but was not chosen. */
        NOT_CHOSEN
    }

    /**
     * Sends one query for a name of our own to the group of mDNS on each of these interfaces, and listens for it. Tells of the
     * other interfaces that are up too, loopback apart. Waits, at most so long for each interface.
     *
     * @param interfaces names or addresses; empty for those that {@link Mdns#lan} uses
     */
    public static List<Check> check(List<String> interfaces, Duration each) {
        List<Check> checks = new ArrayList<>();
        List<Place> chosen = Place.chosen(interfaces);
        for (Place place : chosen) {
            Echo.Result echo = Echo.at(place, each);
            checks.add(of(place, Outcome.valueOf(echo.kind().name()), echo.detail()));
        }
        for (Place place : Place.others(chosen)) {
            Outcome why = place.takesMulticast() ? Outcome.NOT_CHOSEN : Outcome.NO_MULTICAST;
            checks.add(of(place, why, "not used"));
        }
        return checks;
    }

    private static Check of(Place place, Outcome outcome, String detail) {
        return new Check(
                place.name(),
                place.numericAddress(),
                place.networks().stream().map(Subnet::toString).toList(),
                outcome,
                detail);
    }
}
