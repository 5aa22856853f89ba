package io.parley.tools;

import io.parley.core.Node;
import io.parley.core.NodeBuilder;
import io.parley.core.Service;
import io.parley.core.codec.Codec;
import io.parley.discovery.Mdns;
import io.parley.transport.Zmtp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A process that is there, but no node yet: it opens one at the next line of its input, and answers then. It was one before, for
 * a moment, so that nothing has to be loaded.
 */
final class LateReplier {
    private static final Service<byte[], byte[]> ECHO = Service.of("echo", Codec.bytes(), Codec.bytes());

    private LateReplier() {}

    /**
     * Runs until its input ends.
     *
     * @param arguments its group, and where it listens; nothing to be found on loopback
     */
    public static void main(String[] arguments) throws IOException {
        List<String> where = List.of(arguments).subList(1, arguments.length);
        String group = arguments[0];
        try (Node before = open(group + "-before", List.of());
                Node asks = open(group + "-before", List.of())) {
            before.reply(ECHO, bytes -> bytes);
            asks.addPeer(before.endpoints().get(0));
            asks.requester(ECHO).awaitRepliers(1, Duration.ofSeconds(30));
            asks.requester(ECHO).call(new byte[1]);
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        in.readLine();
        try (Node node = open(group, where)) {
            node.reply(ECHO, bytes -> bytes);
            System.out.println("serves");
            in.readLine();
        }
    }

    private static Node open(String group, List<String> where) {
        NodeBuilder builder = Node.builder("late").group(group).transport(Zmtp.transport());
        return where.isEmpty()
                ? builder.discovery(Mdns.lan().on("lo")).open()
                : builder.listen(where.toArray(String[]::new)).open();
    }
}
