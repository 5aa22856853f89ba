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
    /** A descriptor put by for the day when there is none: Java itself needs one to load what it never needed before. */
    private @Nullable SocketChannel spare;

    Doors(Poller poller, Teller teller) throws IOException {
        this.poller = poller;
        this.teller = teller;
        this.spare = SocketChannel.open();
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
        closeSpare();
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

    private void closeSpare() {
        SocketChannel descriptor = spare;
        spare = null;
        try {
            if (descriptor != null) {
                descriptor.close();
            }
        } catch (IOException e) {
            // It was never connected: there is nothing that could be lost.
            return;
        }
    }

    private @Nullable SocketChannel another() {
        try {
            return SocketChannel.open();
        } catch (IOException e) {
            return null;
        }
    }

    /** Ends a rest whose time is over. */
    void judge(long now) {
        if (resting && now - restUntil >= 0) {
            resting = false;
            spare = another();
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
        closeSpare();
        return failure;
    }
}
