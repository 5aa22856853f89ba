package io.parley.transport.internal.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is sent: nothing but a ProtocolViolation comes out, and memory stays within its limits. */
@Timeout(600)
class MutationTest {
    private final Buffers buffers = new Buffers();

    @Test
    void shouldSurviveMutatedGreetingsHandshakesAndFrames() throws Exception {
        long seed = Seed.next("mutations");
        int cases = Seed.scaled(1_000_000);
        int refused = 0;
        for (int i = 0; i < cases; i++) {
            refused += survives(new Random(seed + i), "seed " + (seed + i)) ? 0 : 1;
        }
        assertTrue(refused > cases / 4, "mutations that are noticed: " + refused);
        assertEquals(0, buffers.read().begun());
        assertEquals(0, buffers.read().own().inUse());
        assertTrue(buffers.read().pool().inUse() <= ReadBuffers.SIZE);
    }

    private boolean survives(Random random, String seed) throws Exception {
        byte[] bytes = mutate(conversation(random), random);
        int portion = 1 + random.nextInt(bytes.length + 1);
        FakeSocket socket = new FakeSocket().gives(bytes, () -> portion).takes(() -> random.nextInt(100));
        Heard heard = new Heard();
        Connection connection = new Connection(heard, socket, null, "nowhere:1", buffers);
        try {
            Heard.drain(connection, socket);
            return true;
        } catch (ProtocolViolation expected) {
            assertTrue(expected.detail().length() < 300, seed);
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(seed + " portion " + portion, e);
        } finally {
            assertTrue(buffers.read().begun() <= ZmtpTransport.MAX_FRAME, seed);
            connection.close();
        }
    }

    private static byte[] conversation(Random random) {
        Wire wire = new Wire().greeting().ready(random.nextBoolean() ? "DEALER" : "ROUTER");
        for (int i = random.nextInt(6); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> wire.command("PING", (byte) random.nextInt(3), (byte) 1, (byte) 2);
                case 1 -> wire.message(new byte[random.nextInt(2000)]);
                default -> wire.message(new byte[random.nextInt(20)]);
            }
        }
        return wire.bytes();
    }

    private static byte[] mutate(byte[] bytes, Random random) {
        byte[] mutated = bytes.clone();
        int from = random.nextBoolean() ? Math.min(64, bytes.length - 1) : 0;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = from + random.nextInt(mutated.length - from);
            switch (random.nextInt(4)) {
                case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutated[at] = (byte) random.nextInt(256);
                case 2 -> mutated[at] = (byte) (random.nextBoolean() ? 0xFF : 0x00);
                default -> mutated = cut(mutated, at, random);
            }
            from = Math.min(from, mutated.length - 1);
        }
        return mutated;
    }

    /** Takes some bytes out, or puts some in twice. */
    private static byte[] cut(byte[] bytes, int at, Random random) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(12));
        boolean twice = random.nextBoolean();
        byte[] changed = new byte[Math.max(1, twice ? bytes.length + length : bytes.length - length)];
        int head = Math.min(twice ? at + length : at, changed.length);
        System.arraycopy(bytes, 0, changed, 0, head);
        int tail = twice ? at : at + length;
        System.arraycopy(bytes, tail, changed, head, Math.min(bytes.length - tail, changed.length - head));
        return changed;
    }
}
