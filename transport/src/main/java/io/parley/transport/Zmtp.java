package io.parley.transport;

import io.parley.core.spi.TransportProvider;
import io.parley.transport.internal.zmtp.ZmtpProvider;

/**
 * Links over our own engine for ZMTP 3.1, the protocol of ZeroMQ, on TCP ({@code tcp://HOST:PORT}) and on Unix domain sockets
 * ({@code ipc://PATH}). It has no threads: the node's loop does its work. Other ZeroMQ programs meet a ROUTER where it listens
 * and a DEALER where it dials; only messages of one part are taken, of at most 512 KiB.
 */
public final class Zmtp {
    private Zmtp() {}

    /** The transport, for the builder of a node. Any thread, never blocks. */
    public static TransportProvider transport() {
        return new ZmtpProvider();
    }
}
