package io.parley.discovery.internal.mdns;

import io.parley.discovery.internal.work.Background;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import javax.jmdns.ServiceInfo;
import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.HostInfo;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.ServiceInfoImpl;
import javax.jmdns.impl.constants.DNSConstants;
import javax.jmdns.impl.constants.DNSRecordClass;

/**
 * Says that a service is there as soon as that is so. JmDNS takes some hundred milliseconds to begin in a new JVM, and then asks
 * for some seconds whether the name is taken; ours cannot be, since it comes from a random identity, and RFC 6762 section 8.1
 * lets such names go unasked. Two nodes that start at the same moment find each other by it at once instead of after five
 * seconds. It lives shorter than what JmDNS says later.
 */
final class EarlyWord {
    private static final int TTL_SECONDS = 120;
    private static final int GOODBYE = 0;
    private static final int HOPS = 255; // RFC 6762 section 11
    private static final long[] AT_MILLIS = {0, 250, 1_000, 2_500};
    private static final Set<Before> BEFORE = ConcurrentHashMap.newKeySet();
    private static volatile boolean over;

    private EarlyWord() {}

    /** What was said at a place without JmDNS. */
    record Before(Place place, ServiceInfo info) {
        private void send(int ttl) {
            if (!(info instanceof ServiceInfoImpl service)) {
                return;
            }
            InetAddress address = place.address();
            HostInfo host = HostInfo.newHostInfo(address, null, Responder.hostAt(address));
            String group = address instanceof Inet6Address ? DNSConstants.MDNS_GROUP_IPV6 : DNSConstants.MDNS_GROUP;
            try (MulticastSocket socket = new MulticastSocket(DNSConstants.MDNS_PORT)) {
                byte[] bytes = word(service, host, ttl).data();
                socket.setNetworkInterface(NetworkInterface.getByName(place.name()));
                socket.setTimeToLive(HOPS);
                InetSocketAddress to = new InetSocketAddress(InetAddress.getByName(group), DNSConstants.MDNS_PORT);
                socket.send(new DatagramPacket(bytes, bytes.length, to));
            } catch (IOException e) {
                unsaid(e);
            }
        }
    }

    /** Says so once, while there is no JmDNS yet at this place. That it cannot be said is no fault: it is said again later. */
    static Before sayBefore(Place place, ServiceInfo info) {
        Before said = new Before(place, info);
        BEFORE.add(said);
        said.send(TTL_SECONDS);
        return said;
    }

    /** JmDNS is there by now, and says it from now on, or takes it back. */
    static void handedOver(Before said) {
        BEFORE.remove(said);
    }

    /** The JVM ends: what JmDNS does not know of yet is taken back. */
    static void takeBackAll() {
        over = true; // whoever still begins says nothing behind a goodbye
        BEFORE.forEach(said -> said.send(GOODBYE));
    }

    /** Says so a few times, as long as it holds. */
    static void say(JmDNSImpl dns, ServiceInfo info, BooleanSupplier holds) {
        for (long millis : AT_MILLIS) {
            Background.after(millis, () -> {
                if (!over && holds.getAsBoolean()) {
                    send(dns, info, TTL_SECONDS);
                }
            });
        }
    }

    /** Takes back what was said before. */
    static void takeBack(JmDNSImpl dns, ServiceInfo info) {
        send(dns, info, GOODBYE);
    }

    private static void send(JmDNSImpl dns, ServiceInfo info, int ttl) {
        if (info instanceof ServiceInfoImpl service) {
            try {
                dns.send(word(service, dns.getLocalHost(), ttl));
            } catch (IOException e) {
                unsaid(e);
            }
        }
    }

    private static DNSOutgoing word(ServiceInfoImpl service, HostInfo host, int ttl) throws IOException {
        List<DNSRecord> records =
                new ArrayList<>(service.answers(DNSRecordClass.CLASS_IN, DNSRecordClass.UNIQUE, ttl, host));
        records.addAll(host.answers(DNSRecordClass.CLASS_IN, DNSRecordClass.UNIQUE, TTL_SECONDS));
        DNSOutgoing message = new DNSOutgoing(DNSConstants.FLAGS_QR_RESPONSE | DNSConstants.FLAGS_AA);
        for (DNSRecord record : records) {
            message.addAnswer(record, 0);
        }
        return message;
    }

    private static void unsaid(IOException e) {
        org.slf4j.LoggerFactory.getLogger(EarlyWord.class).debug("mDNS", e); // JmDNS says it again later
    }
}
