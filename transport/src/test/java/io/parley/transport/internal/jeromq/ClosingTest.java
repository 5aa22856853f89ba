package io.parley.transport.internal.jeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Sent;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That a transport ends in time, and leaves nothing behind. */
@Timeout(60)
class ClosingTest {
    private static List<String> threads(String name) {
        Set<Thread> all = Thread.getAllStackTraces().keySet();
        return all.stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(each -> each.startsWith("parley-" + name + "-"))
                .toList();
    }

    private static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? -1 : open.length;
    }

    @Test
    void shouldLeaveNoThreadAndNoDescriptor() {
        try (Party warm = Party.open("warm")) {
            warm.poll();
        }
        int before = descriptors();
        for (int i = 0; i < 20; i++) {
            try (Party a = Party.open("gone");
                    Party b = Party.open("gone")) {
                Party.Pair pair = Party.connect(a, b, b.transport.bind(Party.ANY));
                a.send(pair.dialling(), new byte[1_000]);
                assertTrue(threads("gone").size() >= 4, threads("gone").toString());
            }
        }
        Party.await("the end of threads", () -> threads("gone").isEmpty());
        assumeTrue(before >= 0, "no /proc/self/fd here");
        assertTrue(descriptors() <= before + 2, before + " descriptors before, " + descriptors() + " after");
    }

    /** JeroMQ's default is to wait for ever. */
    @Test
    void shouldCloseWithinTheLingerThoughNobodyReads() {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Party.Pair pair = Party.connect(a, b, b.transport.bind(Party.ANY));
            a.fill(pair.dialling(), new byte[64 << 10]);
            long start = System.nanoTime();
            a.transport.close(Duration.ofMillis(300));
            long took = (System.nanoTime() - start) / 1_000_000;
            assertTrue(took < 1_300, "took " + took + " ms");
            Party.await("the end of threads", () -> threads("a").isEmpty());
        }
    }

    /** With the flag set JeroMQ's close throws, and leaves its context open. */
    @Test
    void shouldCloseWhenInterruptedAndKeepTheFlag() {
        try (Party a = Party.open("flagged");
                Party b = Party.open("b")) {
            Party.Pair pair = Party.connect(a, b, b.transport.bind(Party.ANY));
            a.send(pair.dialling(), (byte) 3);
            Thread.currentThread().interrupt();
            try {
                a.transport.close(Duration.ofMillis(300));
                assertTrue(Thread.currentThread().isInterrupted());
            } finally {
                Thread.interrupted();
            }
            Party.await("the end of threads", () -> threads("flagged").isEmpty());
            Party.await("down", () -> b.down.size() == 1, b);
        }
    }

    @Test
    void shouldListenAgainAtOnceWhereAnotherWasClosed() {
        try (Party a = Party.open("a")) {
            Party first = Party.open("first");
            Endpoint at = first.transport.bind(Party.ANY);
            for (int i = 1; i <= 50; i++) {
                int count = i;
                Party.connect(a, first, at);
                first.close();
                first = Party.open("next");
                first.transport.bind(at);
                Party.await("down", () -> a.down.size() == count, a);
            }
            first.close();
        }
    }

    /** What had no room in JeroMQ when the transport was closed. */
    @Test
    void shouldWriteWhatWaitsWhileItLingers() {
        Party a = Party.open("a");
        try (Party b = Party.open("b")) {
            Party.Pair pair = Party.connect(a, b, b.transport.bind(Party.ANY));
            int taken = 0;
            while (taken < 100 && a.send(pair.dialling(), (byte) taken) == Sent.TAKEN) {
                taken++;
            }
            int expected = taken;
            assertEquals(100, expected);
            a.transport.close(Duration.ofSeconds(5));
            Party.await("all frames", () -> b.frames.size() == expected && b.down.size() == 1, b);
        }
    }

    @Test
    void shouldRefuseUseAfterClose() {
        Party a = Party.open("a");
        Party b = Party.open("b");
        Party.Pair pair = Party.connect(a, b, b.transport.bind(Party.ANY));
        a.close();
        assertEquals(Sent.DOWN, a.send(pair.dialling(), (byte) 1));
        a.transport.drop(pair.dialling());
        a.transport.hangUp(Party.ANY);
        a.transport.wakeUp();
        a.poll();
        ParleyException e = assertThrows(ParleyException.class, () -> a.transport.bind(Party.ANY));
        assertEquals(ErrorCode.CLOSED, e.code());
        b.close();
    }
}
