package io.parley.discovery.internal.mdns;

import io.parley.discovery.internal.work.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * JmDNS at one address, shared by all nodes of this JVM that use the address: two of them would take each other for strangers
 * with the same name. Made with the first user and closed after the last. Thread-safe; making and closing wait.
 */
final class Responder {
    private static final Map<InetAddress, Responder> ALL = new HashMap<>();
    private static final Map<InetAddress, String> HOSTS = new ConcurrentHashMap<>();
    /** Those whose socket is open, also when they are about to close it. */
    private static final Set<Responder> LIVE = ConcurrentHashMap.newKeySet();

    private static final long ASK_EVERY = TimeUnit.MILLISECONDS.toNanos(900);

    private final InetAddress address;
    private final BoundedJmdns dns;
    private int users;
    private long lastAsked;

    private Responder(InetAddress address) throws IOException {
        this.address = address;
        // never without a name: JmDNS would ask a name server for the host's, and publish it
        dns = new BoundedJmdns(address, hostAt(address));
        LIVE.add(this);
        lastAsked = System.nanoTime() - ASK_EVERY;
    }

    /** What this JVM calls its host at this address, unless somebody else does so too. */
    static String hostAt(InetAddress address) {
        return HOSTS.computeIfAbsent(
                address, a -> "parley-" + UUID.randomUUID().toString().substring(0, 8));
    }

    /** Whether there is one at this address: what is published there is heard of at once. */
    static boolean isAt(InetAddress address) {
        synchronized (ALL) {
            return ALL.containsKey(address);
        }
    }

    /** The responder at this address. */
    static Responder at(InetAddress address) throws IOException {
        synchronized (ALL) {
            Responder responder = ALL.get(address);
            if (responder == null) {
                responder = new Responder(address);
                ALL.put(address, responder);
                ExitWatch.begin();
            }
            responder.users++;
            return responder;
        }
    }

    BoundedJmdns dns() {
        return dns;
    }

    InetAddress address() {
        return address;
    }

    /**
     * One user less; the last one closes it, which takes back all that is published and takes about two seconds.
     *
     * @param takeBack what another user than the last has to do itself
     */
    void release(Runnable takeBack) {
        boolean last;
        synchronized (ALL) {
            users--;
            last = users == 0 && ALL.remove(address, this);
        }
        if (last) {
            close();
        } else {
            takeBack.run();
        }
    }

    private void close() {
        dns.close();
        LIVE.remove(this);
    }

    /** The JVM ends. */
    static void endAll() {
        LIVE.forEach(responder -> responder.dns.endAtOnce());
    }

    /** Nobody who could use it runs any more. Returns at once. */
    static void abandonAll() {
        synchronized (ALL) {
            ALL.values().forEach(responder -> Background.run(responder::close));
            ALL.clear();
        }
    }

    static boolean anyOpen() {
        synchronized (ALL) {
            return !ALL.isEmpty();
        }
    }

    /** Asks the network again, though not more than about once a second. */
    void ask(String type) {
        synchronized (this) {
            long now = System.nanoTime();
            if (now - lastAsked < ASK_EVERY) {
                return;
            }
            lastAsked = now;
        }
        dns.ask(type);
    }
}
