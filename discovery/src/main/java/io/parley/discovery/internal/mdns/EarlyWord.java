package io.parley.discovery.internal.mdns;

import io.parley.discovery.internal.work.Background;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import javax.jmdns.ServiceInfo;
import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.ServiceInfoImpl;
import javax.jmdns.impl.constants.DNSConstants;
import javax.jmdns.impl.constants.DNSRecordClass;

/**
 * Says that a service is there as soon as it is registered. JmDNS first asks for some seconds whether its name is taken; ours
 * cannot be, since it comes from a random identity, and RFC 6762 section 8.1 lets such names go unasked. Two nodes that start
 * at the same moment find each other by it at once instead of after five seconds. It lives shorter than what JmDNS says later.
 */
final class EarlyWord {
    private static final int TTL_SECONDS = 120;
    private static final long[] AT_MILLIS = {0, 250, 1_000, 2_500};

    private EarlyWord() {}

    /** Says so a few times, as long as it holds. */
    static void say(JmDNSImpl dns, ServiceInfo info, BooleanSupplier holds) {
        if (info instanceof ServiceInfoImpl service) {
            for (long millis : AT_MILLIS) {
                Background.after(millis, () -> {
                    if (holds.getAsBoolean()) {
                        send(dns, service);
                    }
                });
            }
        }
    }

    private static void send(JmDNSImpl dns, ServiceInfoImpl service) {
        List<DNSRecord> records = new ArrayList<>(
                service.answers(DNSRecordClass.CLASS_IN, DNSRecordClass.UNIQUE, TTL_SECONDS, dns.getLocalHost()));
        records.addAll(dns.getLocalHost().answers(DNSRecordClass.CLASS_IN, DNSRecordClass.UNIQUE, TTL_SECONDS));
        DNSOutgoing message = new DNSOutgoing(DNSConstants.FLAGS_QR_RESPONSE | DNSConstants.FLAGS_AA);
        try {
            for (DNSRecord record : records) {
                message.addAnswer(record, 0);
            }
            dns.send(message);
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(EarlyWord.class).debug("mDNS", e); // JmDNS says it again later
        }
    }
}
