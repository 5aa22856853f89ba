package io.parley.benchmarks.scale;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.Node;
import io.parley.core.identity.Endpoint;
import io.parley.tools.process.Report;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Some nodes of a mesh, in one process: reports their addresses, reads a line with those of all, lets each node dial all, and
 * reports when each is linked with all others. Arguments: the transport, how many nodes, and the first of their numbers. It
 * ends when its input does.
 */
public final class MeshPart {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private MeshPart() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            nodes.add(Hub.open("n" + (Integer.parseInt(arguments[2]) + i), arguments[0]));
        }
        Report.send(Report.event("listening")
                .put(
                        "addresses",
                        String.join(
                                " ",
                                nodes.stream()
                                        .map(node -> node.endpoints().get(0).toString())
                                        .toList())));
        String[] all = input.readLine().split(" ", -1);
        for (Node node : nodes) {
            for (String address : all) {
                node.addPeer(Endpoint.parse(address));
            }
        }
        for (Node node : nodes) {
            node.awaitPeers(all.length - 1, LONGEST);
        }
        Report.send(Report.event("meshed")
                .put("least", nodes.stream().mapToLong(Hub::peersUp).min().orElse(0)));
        while (input.readLine() != null) {
            // the nodes live as long as somebody holds the other end
        }
        System.exit(0);
    }
}
