package io.parley.discovery;

import io.parley.core.Node;
import io.parley.core.Peer;
import io.parley.transport.Zmtp;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A process with one node on all networks of its host; prints who is linked whenever that changes, until its input ends. */
final class HostNode {
    private HostNode() {}

    public static void main(String[] arguments) throws Exception {
        BlockingQueue<String> news = new LinkedBlockingQueue<>();
        Thread parent = new Thread(() -> awaitEnd(news), "parent");
        parent.setDaemon(true);
        parent.start();
        try (Node node = Node.builder(arguments[0])
                .group("lab")
                .transport(Zmtp.transport())
                .discovery(Mdns.lan())
                .onEvent(event -> news.add(event.toString()))
                .open()) {
            System.out.println("open");
            String last = "";
            for (String what = news.take(); !what.equals("end"); what = news.take()) {
                System.out.println("event " + what);
                List<String> up = node.peers().stream()
                        .filter(peer -> peer.state() == Peer.State.UP)
                        .map(Peer::name)
                        .sorted()
                        .toList();
                String line = "up " + String.join(" ", up);
                if (!line.equals(last)) {
                    System.out.println(line);
                    last = line;
                }
            }
        }
        System.exit(0);
    }

    private static void awaitEnd(BlockingQueue<String> news) {
        try {
            while (System.in.read() >= 0) {
                // nothing is said but the end
            }
        } catch (java.io.IOException e) {
            news.add("end");
        }
        news.add("end");
    }
}
