package io.parley.transport.internal.zmtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.identity.Endpoint;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinkTest {
    @Test
    void shouldCarryFramesOfEverySizeBothWays() {
        try (Side server = new Side();
                Side client = new Side()) {
            client.transport.dial(server.listen());
            Side.await(() -> server.up.size() == 1 && client.up.size() == 1, server, client);
            Random random = new Random(1);
            int[] sizes = {0, 1, 255, 256, 2048, 2049, 65_535, 65_536, 100_000, 262_144};
            for (int size : sizes) {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                client.send(client.up.get(0), bytes);
                server.send(server.up.get(0), bytes);
                Side.await(() -> !server.frames.isEmpty() && !client.frames.isEmpty(), server, client);
                assertArrayEquals(bytes, server.frames.remove(0));
                assertArrayEquals(bytes, client.frames.remove(0));
            }
            assertEquals(0, server.down.size());
        }
    }

    /** More buffers than a system call takes at once. */
    @Test
    void shouldCarryAFrameOfVeryManySlices() {
        try (Side server = new Side();
                Side client = new Side()) {
            client.transport.dial(server.listen());
            Side.await(() -> server.up.size() == 1 && client.up.size() == 1, server, client);
            byte[][] slices = new byte[5000][];
            for (int i = 0; i < slices.length; i++) {
                slices[i] = Wire.repeat(i % 30, i);
            }
            client.send(client.up.get(0), slices);
            Side.await(() -> !server.frames.isEmpty(), server, client);
            byte[] all = server.frames.get(0);
            int at = 0;
            for (byte[] slice : slices) {
                assertArrayEquals(slice, java.util.Arrays.copyOfRange(all, at, at + slice.length));
                at += slice.length;
            }
            assertEquals(at, all.length);
        }
    }

    @Test
    void shouldTellBothSidesWhenOneDropsTheLink() {
        try (Side server = new Side();
                Side client = new Side()) {
            Endpoint endpoint = server.listen();
            client.transport.dial(endpoint);
            Side.await(() -> server.up.size() == 1 && client.up.size() == 1, server, client);
            client.send(client.up.get(0), new byte[20]);
            client.transport.poll(0, client);
            server.send(server.up.get(0), "why".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            server.transport.drop(server.up.get(0));
            Side.await(() -> server.down.size() == 1 && client.down.size() == 1, server, client);
            assertTrue(server.down.get(0).contains("dropped"));
            assertArrayEquals(
                    "why".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                    client.frames.get(0),
                    "sent before the drop");
        }
    }
}
