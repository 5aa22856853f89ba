package io.parley.discovery;

import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.NodeEvent;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.codec.Codec;
import io.parley.core.error.ParleyException;
import io.parley.reliability.Reliability;
import io.parley.transport.Zmtp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A process with nodes that know no addresses. Prints what happens to each, with the time of the clock that all processes of a
 * machine share, and answers what is asked on its standard input; ends with that.
 *
 * <pre>
 *   HostNode NAME [count=N] [on=INTERFACE] [type=TYPE] [mdns=off] [listen=ADDRESS] [peer=ADDRESS] [numbers=yes]
 *   out:  NANOS NODE WHAT PEER DETAIL        in: report
 * </pre>
 */
final class HostNode {
    private static final Topic<Integer> NUMBERS =
            Topic.of("numbers", Codec.int32()).reliable();

    private final Map<String, String> options;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Integer> heard = new ConcurrentHashMap<>();
    private final Map<String, Integer> gaps = new ConcurrentHashMap<>();

    private HostNode(Map<String, String> options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new ConcurrentHashMap<>();
        for (String argument : List.of(arguments).subList(1, arguments.length)) {
            options.put(argument.substring(0, argument.indexOf('=')), argument.substring(argument.indexOf('=') + 1));
        }
        HostNode host = new HostNode(options);
        int count = Integer.parseInt(options.getOrDefault("count", "1"));
        for (int i = 0; i < count; i++) {
            host.open(arguments[0] + (count == 1 ? "" : "-" + i));
        }
        host.serve();
        host.nodes.forEach(Node::close);
        System.exit(0);
    }

    private void open(String name) {
        NodeBuilder builder = Node.builder(name)
                .group(options.getOrDefault("group", "lab"))
                .transport(Zmtp.transport())
                .delivery(Reliability.inMemory())
                .onEvent(event -> print(name, event));
        if (!"off".equals(options.get("mdns"))) {
            Mdns mdns = Mdns.lan().type(options.getOrDefault("type", "_parley._tcp"));
            builder.discovery(options.containsKey("on") ? mdns.on(options.get("on")) : mdns);
        }
        if (options.containsKey("listen")) {
            builder.listen(options.get("listen"));
        }
        if (options.containsKey("peer")) {
            builder.peers(options.get("peer"));
        }
        Node node = builder.open();
        say(name, "OPEN", "-", node.id() + " " + node.endpoints());
        nodes.add(node);
        if (options.containsKey("numbers")) {
            count(node);
        }
    }

    private void print(String name, NodeEvent event) {
        say(
                name,
                event.what().name(),
                event.peer().isEmpty() ? "-" : event.peer(),
                event.count() + " " + event.detail());
    }

    private static void say(String name, String what, String peer, String detail) {
        synchronized (HostNode.class) {
            System.out.println(System.nanoTime() + " " + name + " " + what + " " + peer + " " + detail);
        }
    }

    /** Sends numbers for ever, and checks those of others. */
    private void count(Node node) {
        node.subscribe(NUMBERS.reader().onMissed(gap -> gaps.merge(gap.from().name(), 1, Integer::sum)), message -> {
            Integer last = heard.put(message.from().name(), message.value());
            if (last != null && last + 1 != message.value()) {
                gaps.merge(message.from().name(), 1, Integer::sum);
            }
        });
        Publisher<Integer> publisher = node.publisher(NUMBERS);
        Thread sender = new Thread(() -> sendAll(publisher), "sender");
        sender.setDaemon(true);
        sender.start();
    }

    private static void sendAll(Publisher<Integer> publisher) {
        try {
            for (int number = 1; ; number++) {
                publisher.send(number);
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            }
        } catch (ParleyException closed) {
            say("-", "SENDER", "-", closed.toString());
        }
    }

    private void serve() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("report")) {
                report();
            }
        }
    }

    private void report() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long heap = (runtime.totalMemory() - runtime.freeMemory()) >> 20;
        long cpu = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1_000_000;
        say("-", "REPORT", "-", "heap=" + heap + " cpu=" + cpu + " heard=" + heard + " gaps=" + gaps);
    }
}
