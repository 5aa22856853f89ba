package io.parley.benchmarks.scale;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.identity.Endpoint;
import io.parley.discovery.Mdns;
import io.parley.tools.process.Report;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Some nodes of a mesh, in one process. Arguments: the transport, how many nodes, the first of their numbers, and the type of
 * service by which they find each other; empty when they are to dial addresses. Reports the addresses of its nodes, reads a line
 * with the number of all and their addresses, and reports when each is linked with all others. Nodes that find each other are
 * opened at that line, so that what they find takes its time from there. It ends when its input does.
 */
public final class MeshPart {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final List<Node> nodes = new ArrayList<>();
    private final String transport;
    private final int count;
    private final int first;
    private final String service;

    private MeshPart(List<String> arguments) {
        transport = arguments.get(0);
        count = Integer.parseInt(arguments.get(1));
        first = Integer.parseInt(arguments.get(2));
        service = arguments.get(3);
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        MeshPart part = new MeshPart(List.of(arguments));
        Report.send(Report.event("listening").put("addresses", part.begin()));
        part.link(List.of(input.readLine().split(" ", -1)));
        Report.send(Report.event("meshed")
                .put("least", part.nodes.stream().mapToLong(Hub::peersUp).min().orElse(0)));
        while (input.readLine() != null) {
            // the nodes live as long as somebody holds the other end
        }
        System.exit(0);
    }

    /** Opens what is to be dialled; returns the addresses. */
    private String begin() {
        if (!service.isEmpty()) {
            return "";
        }
        open(UnaryOperator.identity());
        return String.join(
                " ",
                nodes.stream().map(node -> node.endpoints().get(0).toString()).toList());
    }

    private void open(UnaryOperator<NodeBuilder> more) {
        for (int i = first; i < first + count; i++) {
            nodes.add(more.apply(Hub.builder("n" + i, transport)).open());
        }
    }

    private void link(List<String> words) {
        if (!service.isEmpty()) {
            open(builder -> builder.discovery(Mdns.lan().type(service).on("127.0.0.1")));
        } else {
            for (Node node : nodes) {
                words.subList(1, words.size()).forEach(address -> node.addPeer(Endpoint.parse(address)));
            }
        }
        for (Node node : nodes) {
            node.awaitPeers(Integer.parseInt(words.get(0)) - 1, LONGEST);
        }
    }
}
