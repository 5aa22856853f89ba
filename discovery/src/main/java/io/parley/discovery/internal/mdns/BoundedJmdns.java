package io.parley.discovery.internal.mdns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.constants.DNSRecordType;
import org.jspecify.annotations.Nullable;

/**
 * JmDNS as we need it. It keeps of what it hears only what is about services of the types that somebody here listens for, and no
 * more than {@link Records} allows. It tells of a service as soon as the cache holds all of it, on the thread that hears: JmDNS
 * itself would make a task and three questions of each name that anybody invents, would keep them without limit, and would
 * sometimes miss a record that comes while it begins to wait for it.
 *
 * <p>JmDNS begins to hear in its constructor, so the fields of this class may be null while it does.
 */
final class BoundedJmdns extends JmDNSImpl {
    private static final long TELL_EVERY = TimeUnit.SECONDS.toNanos(1);

    private final Records records;
    private final Questions questions;
    /** By type, in lower case. */
    private final Map<String, List<Ear>> ears = new ConcurrentHashMap<>();

    private final AtomicInteger refused = new AtomicInteger();
    private volatile long told = System.nanoTime() - TELL_EVERY;
    private volatile String example = "";
    private volatile boolean ready;

    BoundedJmdns(InetAddress address, String name) throws IOException {
        super(address, name);
        records = new Records(getCache());
        questions = new Questions(this, records, this::isComplete);
        ready = true;
        records.recount();
    }

    /** Tells of the services of this type from now on, and of those that it knows already. */
    void listen(String type, Ear ear) {
        ears.computeIfAbsent(Records.lower(type), t -> new CopyOnWriteArrayList<>())
                .add(ear);
        for (String service : records.named(type)) {
            tell(service, Records.lower(type), List.of(ear));
        }
        startServiceResolver(type);
    }

    void listenNoMore(String type, Ear ear) {
        List<Ear> all = ears.get(Records.lower(type));
        if (all != null) {
            all.remove(ear);
        }
    }

    /** Asks who is there, and for what is missing of those that were named. */
    void ask(String type) {
        startServiceResolver(type);
        records.named(type).stream().filter(service -> !isComplete(service)).forEach(questions::about);
    }

    private boolean isComplete(String service) {
        String type = typeOf(service);
        return type == null || records.service(service, type) != null;
    }

    private @Nullable String typeOf(String service) {
        for (String type : ears.keySet()) {
            if (Records.isOf(service, type)) {
                return type;
            }
        }
        return null;
    }

    @Override
    public void updateRecord(long now, DNSRecord record, Operation operation) {
        if (!ready || operation == Operation.Noop || operation == Operation.RegisterServiceType) {
            return; // what the cache got before is read when somebody listens
        }
        if (operation == Operation.Remove) {
            removed(record);
            return;
        }
        if (!isOfUse(record)) {
            records.drop(record);
            return;
        }
        if (operation == Operation.Update) {
            records.replaced(record);
        } else if (records.added(record) == Records.Room.REFUSED) {
            refuse(record);
        }
        for (String service : concerned(record)) {
            String type = typeOf(service);
            if (type != null) {
                tell(service, type, ears.getOrDefault(type, List.of()));
            }
        }
    }

    private boolean isOfUse(DNSRecord record) {
        return switch (record.getRecordType()) {
            case TYPE_PTR -> ears.containsKey(record.getKey());
            case TYPE_SRV, TYPE_TXT -> typeOf(record.getKey()) != null;
            case TYPE_A, TYPE_AAAA -> true; // it may come before the service that it belongs to
            default -> false;
        };
    }

    private List<String> concerned(DNSRecord record) {
        return switch (record.getRecordType()) {
            case TYPE_PTR -> List.of(Records.target(record));
            case TYPE_SRV, TYPE_TXT -> List.of(record.getKey());
            default -> records.onHost(record.getKey());
        };
    }

    private void removed(DNSRecord record) {
        boolean ends =
                record.getRecordType() == DNSRecordType.TYPE_PTR || record.getRecordType() == DNSRecordType.TYPE_SRV;
        String service = ends ? concerned(record).get(0) : "";
        String type = typeOf(service);
        if (type != null) {
            String name = service.substring(0, service.length() - type.length() - 1);
            ears.getOrDefault(type, List.of()).forEach(ear -> ear.gone(name));
        }
    }

    private void tell(String service, String type, List<Ear> whom) {
        ServiceHeard heard = records.service(service, type);
        if (heard == null) {
            questions.about(service);
        } else {
            whom.forEach(ear -> ear.heard(heard));
        }
    }

    private void refuse(DNSRecord record) {
        refused.incrementAndGet();
        example = record.getName() + " from " + record.getRecordSource();
        if (System.nanoTime() - told >= TELL_EVERY) {
            tellRefused();
        }
    }

    private void tellRefused() {
        told = System.nanoTime();
        int count = refused.getAndSet(0);
        if (count > 0) {
            ears.values().forEach(all -> all.forEach(ear -> ear.refused(count, example)));
        }
    }

    @Override
    public void cleanCache() {
        super.cleanCache();
        if (ready) {
            records.recount();
            tellRefused();
        }
    }

    /**
     * Says goodbye and closes the socket, for a JVM that ends: closing takes seconds, and one that ends waits for a thread that
     * is in a read.
     */
    void endAtOnce() {
        closeState(); // so nobody takes it for a fault that the socket is closed
        List.copyOf(getServices().values()).forEach(info -> EarlyWord.takeBack(this, info));
        MulticastSocket socket = getSocket();
        if (socket != null) {
            socket.close();
        }
    }

    /** JmDNS would keep each type that anybody on the network names. */
    @Override
    public boolean registerServiceType(String type) {
        return ready && ears.containsKey(Records.lower(type)) && super.registerServiceType(type);
    }
}
