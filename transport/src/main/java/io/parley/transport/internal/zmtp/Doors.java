package io.parley.transport.internal.zmtp;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.TransportTrouble;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sockets that listen. When the process has no descriptor left they rest for a moment instead of failing in a circle. */
final class Doors {
    /** Takes in who knocked. */
    interface Host {
        void knocked(SocketChannel channel, Endpoint door);
    }

    private static final int KNOCKS_A_TURN = 64;
    private static final long REST_NANOS = 100_000_000L;

    private final Poller poller;
    private final Teller teller;
    private final List<SelectionKey> keys = new ArrayList<>();
    private long restUntil;
    private boolean resting;

    Doors(Poller poller, Teller teller) {
        this.poller = poller;
        this.teller = teller;
    }

    Endpoint open(Endpoint endpoint) throws IOException {
        Acceptor acceptor = Acceptor.open(endpoint);
        try {
            keys.add(poller.register(acceptor.channel(), SelectionKey.OP_ACCEPT, acceptor));
        } catch (IOException | RuntimeException e) {
            acceptor.close();
            throw e;
        }
        return acceptor.endpoint();
    }

    /** Takes in those who wait at a door, up to a fair share. */
    void answer(Acceptor door, Host host, long now) {
        try {
            for (int i = 0; i < KNOCKS_A_TURN; i++) {
                SocketChannel channel = door.accept();
                if (channel == null) {
                    return;
                }
                host.knocked(channel, door.endpoint());
            }
        } catch (IOException e) {
            rest(door, e, now);
        }
    }

    private void rest(Acceptor door, IOException e, long now) {
        if (!door.channel().isOpen()) {
            return;
        }
        resting = true;
        restUntil = now + REST_NANOS;
        keys.forEach(key -> key.interestOps(0));
        teller.trouble(
                TransportTrouble.TOO_MANY_CONNECTIONS,
                "accepting on " + door.endpoint() + " failed: " + e.getMessage() + "; trying again in 100 ms");
    }

    long deadline(long now) {
        return resting ? restUntil : now + Long.MAX_VALUE / 2;
    }

    /** Ends a rest whose time is over. */
    void judge(long now) {
        if (resting && now - restUntil >= 0) {
            resting = false;
            keys.forEach(key -> key.interestOps(SelectionKey.OP_ACCEPT));
        }
    }

    /** Listens no more. */
    @Nullable IOException close() {
        IOException failure = null;
        for (SelectionKey key : keys) {
            try {
                ((Acceptor) key.attachment()).close();
            } catch (IOException e) {
                failure = e;
            }
        }
        keys.clear();
        return failure;
    }
}
