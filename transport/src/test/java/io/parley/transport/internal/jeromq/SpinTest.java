package io.parley.transport.internal.jeromq;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.spi.Link;
import io.parley.core.spi.Sent;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * JeroMQ writes the byte that wakes the loop before it advances the counter by which the loop finds out why. When its thread
 * is stopped in between, the selector says that there is something, the socket says that there is nothing, and the loop
 * spins.
 */
@Timeout(120)
class SpinTest {
    private static final int ROUND_TRIPS = 15_000;
    private static final int FLOOD = 3_000;
    private static final byte[] BIG = new byte[64 << 10];

    @Test
    void shouldNotSpinBetweenTheWakeUpAndItsReason() throws InterruptedException {
        Party a = Party.open("a");
        Party b = Party.open("b");
        Party.Pair pair = Party.connect(a, b, b.transport.bind(Party.ANY));
        Thread echo = new Thread(() -> echo(b, pair.accepting()), "echo");
        echo.start();
        long before = a.transport.context().rounds();
        for (int i = 0; i < ROUND_TRIPS; i++) {
            assertTrue(a.send(pair.dialling(), (byte) 1) == Sent.TAKEN);
            a.frames.clear();
            while (a.frames.isEmpty()) {
                a.transport.poll(Duration.ofSeconds(1).toNanos(), a);
            }
        }
        long rounds = a.transport.context().rounds() - before;
        a.close();
        echo.join();
        b.close();
        assertTrue(rounds < 6 * ROUND_TRIPS, rounds + " rounds for " + ROUND_TRIPS + " round trips");
    }

    /** Whatever touches a socket may take the byte that announces a frame: so the loop must look before it waits. */
    @Test
    void shouldNotSleepOverAFrame() throws InterruptedException {
        Party a = Party.open("a");
        Party b = Party.open("b");
        Party.Pair pair = Party.connect(a, b, b.transport.bind(Party.ANY));
        Thread reader = new Thread(() -> read(b, FLOOD), "reader");
        reader.start();
        long start = System.nanoTime();
        int taken = 0;
        while (taken < FLOOD) {
            if (a.send(pair.dialling(), BIG) == Sent.TAKEN) {
                taken++;
            } else {
                a.transport.poll(Duration.ofSeconds(1).toNanos(), a);
            }
        }
        while (reader.isAlive()) {
            // the last frame may wait here for room
            a.poll();
        }
        long took = System.nanoTime() - start;
        a.close();
        b.close();
        assertTrue(took < 6_000_000_000L, took / 1_000_000 + " ms for " + FLOOD + " frames");
    }

    private static void read(Party b, int count) {
        for (int read = 0; read < count; read += b.frames.size()) {
            b.frames.clear();
            b.transport.poll(Duration.ofSeconds(1).toNanos(), b);
        }
    }

    private static void echo(Party b, Link link) {
        while (b.down.isEmpty()) {
            b.transport.poll(Duration.ofSeconds(1).toNanos(), b);
            for (int i = 0; i < b.frames.size(); i++) {
                b.send(link, (byte) 2);
            }
            b.frames.clear();
        }
    }
}
