package io.parley.discovery.internal.mdns;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An interface of this host, as mDNS uses it.
 *
 * @param name of the interface
 * @param address to which the responder is bound
 * @param networks what is on the link there
 */
public record Place(String name, InetAddress address, List<Subnet> networks) {
    private static final int MAX_PLACES = 8;

    public Place {
        networks = List.copyOf(networks);
    }

    /**
     * The places that were chosen and are there now: one a network interface, by its IPv4 address, else by its IPv6 address.
     *
     * @param chosen names of interfaces or addresses; empty for all but loopback, or loopback when there is no other
     */
    public static List<Place> chosen(List<String> chosen) {
        List<Place> all = new ArrayList<>();
        try {
            for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
                if (one.isUp() && (one.isLoopback() || one.supportsMulticast() && !one.isPointToPoint())) {
                    all.addAll(places(one, chosen));
                }
            }
        } catch (SocketException e) {
            throw new ParleyException(
                    ErrorCode.ADDRESS_UNUSABLE, "the interfaces of this host cannot be listed: " + e.getMessage(), e);
        }
        boolean beyondHost = all.stream().anyMatch(place -> !place.address().isLoopbackAddress());
        return all.stream()
                .filter(place ->
                        !chosen.isEmpty() || !beyondHost || !place.address().isLoopbackAddress())
                .sorted(Comparator.comparing(Place::name))
                .limit(MAX_PLACES)
                .toList();
    }

    /** The interfaces that are up and have an address, without loopback and these. */
    public static List<Place> others(List<Place> chosen) {
        List<Place> others = new ArrayList<>();
        try {
            for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
                boolean taken = chosen.stream().anyMatch(place -> place.name().equals(one.getName()));
                if (one.isUp() && !one.isLoopback() && !taken) {
                    others.addAll(places(one, List.of()));
                }
            }
        } catch (SocketException e) {
            return others; // it went away while it was looked at
        }
        return others;
    }

    /** The address as text. */
    public String numericAddress() {
        return numeric(address);
    }

    /** Whether mDNS can be used there. */
    public boolean takesMulticast() {
        try {
            NetworkInterface there = NetworkInterface.getByName(name);
            return there != null && there.supportsMulticast() && !there.isPointToPoint();
        } catch (SocketException e) {
            return false;
        }
    }

    private static List<Place> places(NetworkInterface one, List<String> chosen) {
        List<Subnet> networks = new ArrayList<>();
        List<InetAddress> usable = new ArrayList<>();
        for (InterfaceAddress bound : one.getInterfaceAddresses()) {
            InetAddress address = bound.getAddress();
            // a link-local IPv6 address means nothing without the number of the interface, which differs on every host
            if (!(address.isLinkLocalAddress() && !(address instanceof Inet4Address))) {
                networks.add(new Subnet(numeric(address), bound.getNetworkPrefixLength()));
                usable.add(address);
            }
        }
        boolean byName = chosen.isEmpty() || chosen.contains(one.getName());
        return usable.stream()
                .filter(address -> byName || chosen.contains(numeric(address)))
                .min(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                .map(address -> List.of(new Place(one.getName(), address, networks)))
                .orElse(List.of());
    }

    /** The text of an address, without the interface's number. */
    static String numeric(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
