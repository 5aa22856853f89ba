package io.parley.discovery.internal.mdns;

import io.parley.discovery.internal.work.Background;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.DNSQuestion;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.constants.DNSConstants;
import javax.jmdns.impl.constants.DNSRecordClass;
import javax.jmdns.impl.constants.DNSRecordType;
import org.slf4j.LoggerFactory;

/**
 * Asks for what is missing of services that were named, a few times: an answer may be lost. Never for more than so many at once,
 * since whoever invents names must not have us flood the network with questions. Thread-safe.
 */
final class Questions {
    /** The most services that are asked for at a time. */
    private static final int AT_ONCE = 64;
    /** The most questions in a packet. */
    private static final int IN_A_PACKET = 20;
    /** After how long it is asked for the first, second, … time. */
    private static final long[] AFTER_MILLIS = {80, 200, 600, 1_500};

    private final JmDNSImpl dns;
    private final Records records;
    private final Predicate<String> complete;
    /** How often each was asked for. */
    private final Map<String, Integer> missing = new HashMap<>();

    private boolean waiting;

    Questions(JmDNSImpl dns, Records records, Predicate<String> complete) {
        this.dns = dns;
        this.records = records;
        this.complete = complete;
    }

    /** Something of this service is not known. */
    void about(String service) {
        synchronized (missing) {
            if (missing.size() >= AT_ONCE && !missing.containsKey(service)) {
                return; // the next refresh comes by it again
            }
            missing.putIfAbsent(service, 0);
            if (waiting) {
                return;
            }
            waiting = true;
        }
        Background.after(AFTER_MILLIS[0], this::ask);
    }

    private void ask() {
        List<String> due = new ArrayList<>();
        int least = AFTER_MILLIS.length;
        synchronized (missing) {
            missing.keySet().removeIf(complete);
            missing.replaceAll((service, times) -> times + 1);
            missing.values().removeIf(times -> times > AFTER_MILLIS.length);
            due.addAll(missing.keySet());
            for (int times : missing.values()) {
                least = Math.min(least, times);
            }
            waiting = !missing.isEmpty();
        }
        if (!due.isEmpty()) {
            send(due);
            Background.after(AFTER_MILLIS[Math.min(least, AFTER_MILLIS.length - 1)], this::ask);
        }
    }

    private void send(List<String> services) {
        List<DNSQuestion> questions = new ArrayList<>();
        for (String service : services) {
            questions.add(question(service, DNSRecordType.TYPE_SRV));
            questions.add(question(service, DNSRecordType.TYPE_TXT));
            String host = records.host(service);
            if (host != null) {
                questions.add(question(host, DNSRecordType.TYPE_A));
                questions.add(question(host, DNSRecordType.TYPE_AAAA));
            }
        }
        try {
            for (int from = 0; from < questions.size(); from += IN_A_PACKET) {
                DNSOutgoing packet = new DNSOutgoing(DNSConstants.FLAGS_QR_QUERY);
                for (DNSQuestion one : questions.subList(from, Math.min(questions.size(), from + IN_A_PACKET))) {
                    packet.addQuestion(one);
                }
                dns.send(packet);
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(Questions.class).debug("asking by mDNS", e); // it is asked again
        }
    }

    private static DNSQuestion question(String name, DNSRecordType type) {
        return DNSQuestion.newQuestion(name, type, DNSRecordClass.CLASS_IN, DNSRecordClass.NOT_UNIQUE);
    }
}
