package io.parley.transport.internal.zmtp;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parley.core.identity.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that runs out of file descriptors, in a process of its own. */
@Timeout(90)
class DescriptorsTest {
    private static final int LIMIT = 96;

    /** Listens, and says when it ran out of descriptors, until its parent ends it. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) {
            try (Side side = new Side()) {
                System.out.println(side.listen());
                int told = 0;
                while (true) {
                    side.transport.poll(100_000_000, side);
                    while (told < side.troubles.size()) {
                        System.out.println(side.troubles.get(told++));
                    }
                    side.frames.clear();
                }
            }
        }
    }

    @Test
    void shouldAcceptAgainAfterTheProcessRanOutOfDescriptors() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")) && Files.isDirectory(Path.of("/proc/self/fd")));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process server = new ProcessBuilder(command(java))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Socket> sockets = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            Endpoint endpoint = Endpoint.parse(out.readLine());
            for (int i = 0; i < LIMIT + 10; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), endpoint.port()));
            }
            String trouble = out.readLine();
            while (!trouble.startsWith("TOO_MANY_CONNECTIONS accepting on " + endpoint)) {
                trouble = out.readLine();
            }
            for (Socket socket : sockets) {
                socket.close();
            }
            try (Side peer = new Side()) {
                peer.transport.dial(endpoint);
                peer.await(() -> {
                    if (!peer.failed.isEmpty()) {
                        peer.failed.clear();
                        peer.transport.dial(endpoint);
                    }
                    return peer.up.size() == 1;
                });
                assertTrue(server.isAlive());
            }
        } finally {
            closeAll(sockets);
            server.destroyForcibly();
        }
    }

    /** Java raises its own limit to the hard one unless told not to. */
    private static List<String> command(String java) {
        return List.of(
                "/bin/sh",
                "-c",
                "ulimit -n " + LIMIT + " && exec \"$0\" -XX:-MaxFDLimit -Xshare:auto -cp \"$1\" \"$2\"",
                java,
                System.getProperty("java.class.path"),
                Server.class.getName());
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
