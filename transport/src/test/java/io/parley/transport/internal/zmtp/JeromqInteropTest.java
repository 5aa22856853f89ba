package io.parley.transport.internal.zmtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parley.core.identity.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Against JeroMQ's sockets. */
@Timeout(90)
class JeromqInteropTest {
    private static final int[] SIZES = {0, 1, 16, 255, 256, 8191, 8192, 65_536, 100_000};

    private static ZMQ.Socket socket(ZContext context, SocketType type) {
        ZMQ.Socket socket = context.createSocket(type);
        // some of its connects stall in the greeting until this is over
        socket.setHandshakeIvl(300);
        socket.setReconnectIVL(50);
        socket.setLinger(0);
        return socket;
    }

    private static List<byte[]> messages() {
        Random random = new Random(5);
        List<byte[]> messages = new ArrayList<>();
        for (int size : SIZES) {
            byte[] message = new byte[size];
            random.nextBytes(message);
            messages.add(message);
        }
        return messages;
    }

    @Test
    void shouldTalkWithADealerThatConnects() {
        try (Side side = new Side();
                ZContext context = new ZContext()) {
            ZMQ.Socket dealer = socket(context, SocketType.DEALER);
            dealer.connect(side.listen().toString());
            List<byte[]> messages = messages();
            messages.forEach(dealer::send);
            side.await(() -> side.frames.size() == messages.size());
            List<byte[]> back = new ArrayList<>();
            side.frames.forEach(frame -> side.send(side.up.get(side.up.size() - 1), frame));
            side.await(() -> {
                for (byte[] got = dealer.recv(ZMQ.DONTWAIT); got != null; got = dealer.recv(ZMQ.DONTWAIT)) {
                    back.add(got);
                }
                return back.size() == messages.size();
            });
            for (int i = 0; i < messages.size(); i++) {
                assertArrayEquals(messages.get(i), back.get(i));
            }
            assertEquals(List.of(), side.troubles);
        }
    }

    @Test
    void shouldTalkWithARouterThatWasDialled() {
        try (Side side = new Side();
                ZContext context = new ZContext()) {
            ZMQ.Socket router = socket(context, SocketType.ROUTER);
            Endpoint endpoint = Endpoint.parse("tcp://127.0.0.1:" + router.bindToRandomPort("tcp://127.0.0.1"));
            side.transport.dial(endpoint);
            int[] dials = {1};
            side.await(() -> {
                if (side.failed.size() == dials[0]) {
                    side.transport.dial(endpoint);
                    dials[0]++;
                }
                return !side.up.isEmpty();
            });
            List<byte[]> messages = messages();
            messages.forEach(message -> side.send(side.up.get(0), message));
            side.await(() -> {
                for (byte[] id = router.recv(ZMQ.DONTWAIT); id != null; id = router.recv(ZMQ.DONTWAIT)) {
                    router.sendMore(id);
                    router.send(router.recv());
                }
                return side.frames.size() == messages.size();
            });
            for (int i = 0; i < messages.size(); i++) {
                assertArrayEquals(messages.get(i), side.frames.get(i));
            }
        }
    }
}
