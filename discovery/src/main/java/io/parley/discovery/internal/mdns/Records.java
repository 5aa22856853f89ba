package io.parley.discovery.internal.mdns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.jmdns.ServiceInfo;
import javax.jmdns.impl.DNSCache;
import javax.jmdns.impl.DNSEntry;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.constants.DNSRecordClass;
import javax.jmdns.impl.constants.DNSRecordType;
import org.jspecify.annotations.Nullable;

/**
 * What JmDNS has in its cache, read as services, and kept within limits: anybody on the network can say anything for ever. The
 * older half makes room when there is too much. Thread-safe; a lock for a moment.
 */
final class Records {
    /** The most records: an SRV, a TXT, a PTR and an address for each of four thousand services. */
    static final int MAX = 16_384;
    /** The most records of one name, that of a type apart. */
    private static final int MAX_OF_NAME = 16;
    /** The most services of a host that are looked at when its address changes. */
    private static final int MAX_OF_HOST = 256;
    /** How long a record may be kept without being repeated: what RFC 6762 section 10 recommends. */
    private static final int MAX_TTL_SECONDS = 4_500;

    private final DNSCache cache;
    /** Which services are on a host, by the lower-case names of both. */
    private final Map<String, Set<String>> onHost = new HashMap<>();

    private int count;

    Records(DNSCache cache) {
        this.cache = cache;
    }

    /** How much of a record that came is kept. */
    enum Room {
        KEPT,
        /** There is too much: this one is not kept, or older ones were not. */
        REFUSED
    }

    /** A record was added to the cache. */
    synchronized Room added(DNSRecord record) {
        if (record.getTTL() > MAX_TTL_SECONDS) {
            record.setTTL(MAX_TTL_SECONDS);
        }
        boolean pointer = record.getRecordType() == DNSRecordType.TYPE_PTR;
        if (!pointer && cache.getDNSEntryList(record.getKey()).size() > MAX_OF_NAME) {
            cache.removeDNSEntry(record);
            return Room.REFUSED;
        }
        count++;
        if (count <= MAX) {
            index(record);
            return Room.KEPT;
        }
        dropOlderHalf();
        return Room.REFUSED;
    }

    /** A record took the place of another one. */
    synchronized void replaced(DNSRecord record) {
        if (record.getTTL() > MAX_TTL_SECONDS) {
            record.setTTL(MAX_TTL_SECONDS);
        }
        index(record);
    }

    /** A record that is of no use to anybody here is not kept. */
    void drop(DNSRecord record) {
        cache.removeDNSEntry(record);
    }

    private void index(DNSRecord record) {
        if (record.getRecordType() == DNSRecordType.TYPE_SRV) {
            Set<String> services =
                    onHost.computeIfAbsent(lower(record.getServiceInfo().getServer()), host -> new HashSet<>());
            if (services.size() < MAX_OF_HOST) {
                services.add(record.getKey());
            }
        }
    }

    private void dropOlderHalf() {
        cache.allValues().stream()
                .map(DNSRecord.class::cast)
                .sorted(Comparator.comparingLong(DNSRecord::getCreated))
                .limit(MAX / 2)
                .toList()
                .forEach(cache::removeDNSEntry);
        recount();
    }

    /** What was counted is compared with what is there: JmDNS drops what nobody repeats. */
    synchronized void recount() {
        onHost.clear();
        count = 0;
        for (DNSEntry entry : cache.allValues()) {
            count++;
            index((DNSRecord) entry);
        }
    }

    /** The services on a host. */
    synchronized List<String> onHost(String host) {
        return List.copyOf(onHost.getOrDefault(lower(host), Set.of()));
    }

    /** The services of a type that somebody has named. */
    List<String> named(String type) {
        Set<String> names = new HashSet<>();
        for (DNSEntry entry : cache.allValues()) {
            if (entry.getRecordType() == DNSRecordType.TYPE_SRV && isOf(entry.getKey(), type)) {
                names.add(entry.getKey());
            } else if (entry.getRecordType() == DNSRecordType.TYPE_PTR
                    && entry.getKey().equals(lower(type))) {
                names.add(target((DNSRecord) entry));
            }
        }
        return List.copyOf(names);
    }

    /** The service that a PTR record names, in lower case. */
    static String target(DNSRecord pointer) {
        return lower(((DNSRecord.Pointer) pointer).getAlias());
    }

    static boolean isOf(String service, String type) {
        return service.endsWith("." + lower(type));
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** What is known of a service; null while something of it is missing. */
    @Nullable ServiceHeard service(String qualified, String type) {
        ServiceInfo place = info(qualified, DNSRecordType.TYPE_SRV);
        ServiceInfo text = info(qualified, DNSRecordType.TYPE_TXT);
        if (place == null || text == null) {
            return null;
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (DNSRecordType kind : List.of(DNSRecordType.TYPE_A, DNSRecordType.TYPE_AAAA)) {
            for (DNSEntry entry : cache.getDNSEntryList(lower(place.getServer()), kind, DNSRecordClass.CLASS_IN)) {
                addresses.addAll(List.of(((DNSRecord) entry).getServiceInfo().getInetAddresses()));
            }
        }
        String name = qualified.substring(0, qualified.length() - type.length() - 1);
        return addresses.isEmpty() ? null : new ServiceHeard(name, text::getPropertyString, addresses, place.getPort());
    }

    /** The host of a service; null while it is not known. */
    @Nullable String host(String qualified) {
        ServiceInfo place = info(qualified, DNSRecordType.TYPE_SRV);
        return place == null ? null : place.getServer();
    }

    private @Nullable ServiceInfo info(String name, DNSRecordType type) {
        DNSEntry entry = cache.getDNSEntry(name, type, DNSRecordClass.CLASS_IN);
        return entry == null ? null : ((DNSRecord) entry).getServiceInfo();
    }
}
