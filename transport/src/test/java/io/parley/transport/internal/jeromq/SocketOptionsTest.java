package io.parley.transport.internal.jeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parley.core.identity.Endpoint;
import io.parley.transport.internal.guard.RawPeer;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import zmq.ZMQ;

/** What is set on JeroMQ's sockets, and what must be left alone. */
@Timeout(60)
class SocketOptionsTest {
    /** ZMTP's heartbeats lose data under back-pressure. */
    @Test
    void shouldSendNothingOnAnIdleConnection() throws IOException {
        try (Party b = Party.open("b");
                RawPeer peer = RawPeer.connect(b.transport.bind(Party.ANY).port())) {
            String ready = peer.greet("ROUTER").readReady();
            assertTrue(ready.contains("ROUTER"), ready);
            Party.linger(Duration.ofMillis(1_500), b);
            assertEquals(0, peer.available());
        }
    }

    /** SNDBUF makes bind throw, TOS sets SNDBUF, IMMEDIATE means its opposite, RECONNECT_IVL 0 or -1 spins. */
    @Test
    void shouldLeaveAloneWhatIsBroken() {
        try (Party a = Party.open("a")) {
            for (RouterSocket socket : new RouterSocket[] {
                a.transport.context().in(), a.transport.context().out()
            }) {
                assertEquals(0, socket.option(ZMQ.ZMQ_SNDBUF));
                assertEquals(0, socket.option(ZMQ.ZMQ_RCVBUF));
                assertEquals(0, socket.option(ZMQ.ZMQ_TOS));
                assertEquals(1, socket.option(ZMQ.ZMQ_IMMEDIATE));
                assertEquals(0, socket.option(ZMQ.ZMQ_HEARTBEAT_IVL));
                assertTrue(socket.option(ZMQ.ZMQ_RECONNECT_IVL) >= 50);
                assertTrue(socket.option(ZMQ.ZMQ_BACKLOG) >= 1_024);
                assertEquals(0, socket.option(ZMQ.ZMQ_LINGER));
                int greeting = socket.option(ZMQ.ZMQ_HANDSHAKE_IVL);
                assertTrue(greeting >= 200 && greeting <= 500, greeting + " ms");
            }
        }
    }

    /** A socket costs four descriptors, a connection one: so there is one socket each way, and not one for each peer. */
    @Test
    void shouldTakeOneDescriptorForAConnection() {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Party.ANY);
            Party.connect(a, b, at);
            int before = descriptors();
            assumeTrue(before > 0, "no /proc/self/fd here");
            for (int i = 0; i < 100; i++) {
                Party.connect(a, b, at);
            }
            int each = (descriptors() - before + 99) / 100;
            assertTrue(each <= 2, each + " descriptors for both ends of a connection");
        }
    }

    private static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? -1 : open.length;
    }
}
