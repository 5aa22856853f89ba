package io.parley.discovery.internal.dns;

import io.parley.core.identity.Endpoint;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** Asks a name server, with the JDK's own DNS provider. Waits; to be used by one thread. */
final class Lookup implements AutoCloseable {
    private static final int MAX_RECORDS = 2_000;
    private static final String TIMEOUT_MILLIS = "1000";
    private static final String RETRIES = "2";

    private final InitialDirContext dns;
    private final Map<String, List<String>> asked = new LinkedHashMap<>();

    @SuppressWarnings("JdkObsolete") // JNDI takes no other map
    Lookup(String server) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, "dns://" + server);
        environment.put("com.sun.jndi.dns.timeout.initial", TIMEOUT_MILLIS);
        environment.put("com.sun.jndi.dns.timeout.retries", RETRIES);
        dns = new InitialDirContext(environment);
    }

    /** A service as an SRV record has it, and by which name its TXT record goes. */
    record Service(String name, String host, int port) {}

    /** The SRV records of a name; of what its PTR records point to where it has none itself. */
    List<Service> services(String name) throws NamingException {
        List<Service> services = new ArrayList<>(srv(name));
        if (services.isEmpty()) {
            for (String instance : records(name, "PTR")) {
                services.addAll(srv(instance));
            }
        }
        return services;
    }

    /** Priority, weight, port, host: {@code 0 10 7700 pod-1.orders.shop.} */
    private List<Service> srv(String name) throws NamingException {
        List<Service> services = new ArrayList<>();
        for (String record : records(name, "SRV")) {
            String[] parts = record.trim().split("\\s+");
            if (parts.length == 4 && parts[2].matches("[0-9]{1,5}") && Integer.parseInt(parts[2]) <= 65_535) {
                services.add(new Service(name, parts[3], Integer.parseInt(parts[2])));
            }
        }
        return services;
    }

    /** The addresses of a host. */
    List<Endpoint> addresses(String host, int port) throws NamingException {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String type : List.of("A", "AAAA")) {
            for (String address : records(host, type)) {
                endpoints.add(new Endpoint("tcp", address, port));
            }
        }
        return endpoints;
    }

    /** The keys and values of the TXT record of a name. */
    Map<String, String> text(String name) throws NamingException {
        Map<String, String> text = new LinkedHashMap<>();
        for (String record : records(name, "TXT")) {
            for (String pair : record.replace("\"", "").trim().split("\\s+")) {
                int mark = pair.indexOf('=');
                if (mark > 0) {
                    text.putIfAbsent(pair.substring(0, mark), pair.substring(mark + 1));
                }
            }
        }
        return text;
    }

    private List<String> records(String name, String type) throws NamingException {
        String question = name + " " + type;
        List<String> known = asked.get(question);
        if (known == null) {
            known = ask(name, type);
            asked.put(question, known);
        }
        return known;
    }

    @SuppressWarnings("BanJNDI") // of the DNS provider: it gives text and bytes, and makes no objects of what it reads
    private List<String> ask(String name, String type) throws NamingException {
        List<String> records = new ArrayList<>();
        Attribute answer;
        try {
            answer = dns.getAttributes(name, new String[] {type}).get(type);
        } catch (NameNotFoundException e) {
            return records; // an answer as good as any: nobody is there
        }
        if (answer == null) {
            return records;
        }
        NamingEnumeration<?> all = answer.getAll();
        while (all.hasMore() && records.size() < MAX_RECORDS) {
            records.add(String.valueOf(all.next()));
        }
        return records;
    }

    @Override
    public void close() throws NamingException {
        dns.close();
    }
}
