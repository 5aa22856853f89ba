package io.parley.transport;

import io.parley.core.spi.TransportProvider;
import io.parley.transport.internal.jeromq.JeromqProvider;

/** The transport over JeroMQ, the ZeroMQ library written in Java. */
public final class Zmq {
    private Zmq() {}

    /**
     * The provider of this transport, to be given to the builder of a node. It makes one transport for each node that is
     * opened with it, and may be shared. Any thread; does not block.
     *
     * <p>It speaks ZMTP 3.0 over TCP, one message of one part for a frame. A node listens on {@code tcp://} endpoints with a
     * numeric host or {@code *}; {@code ipc://} is refused, because JeroMQ has a TCP port on the loopback interface behind
     * it, which every local user can reach. Per node it runs one thread, two when the node may hold more than 200
     * connections, and one more for closing, beside the node's loop.
     */
    public static TransportProvider transport() {
        return new JeromqProvider();
    }
}
