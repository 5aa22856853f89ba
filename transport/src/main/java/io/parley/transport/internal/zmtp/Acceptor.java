package io.parley.transport.internal.zmtp;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A socket that listens. */
final class Acceptor {
    /** Peers of a node that restarts come back all at once. */
    private static final int BACKLOG = 1024;

    private final ServerSocketChannel channel;
    private final Endpoint endpoint;
    private final @Nullable SocketFile file;

    private Acceptor(ServerSocketChannel channel, Endpoint endpoint, @Nullable SocketFile file) {
        this.channel = channel;
        this.endpoint = endpoint;
        this.file = file;
    }

    /**
     * Listens.
     *
     * @throws ParleyException ADDRESS_IN_USE, ADDRESS_UNUSABLE
     */
    static Acceptor open(Endpoint endpoint) {
        try {
            ServerSocketChannel channel = channelFor(endpoint);
            try {
                return bind(channel, endpoint);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (BindException e) {
            if (String.valueOf(e.getMessage()).contains("in use")) {
                throw new ParleyException(
                        ErrorCode.ADDRESS_IN_USE,
                        "address '" + endpoint + "' is in use; choose another port, or 0 for any free one",
                        e);
            }
            throw unusable(endpoint, e);
        } catch (IOException | UnsupportedOperationException e) {
            throw unusable(endpoint, e);
        }
    }

    private static ServerSocketChannel channelFor(Endpoint endpoint) throws IOException {
        if (Addresses.isFile(endpoint)) {
            return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        }
        // The socket of the default family serves both IPv4 and IPv6, which 0.0.0.0 does not ask for.
        return endpoint.host().equals("0.0.0.0")
                ? ServerSocketChannel.open(StandardProtocolFamily.INET)
                : ServerSocketChannel.open();
    }

    private static Acceptor bind(ServerSocketChannel channel, Endpoint endpoint) throws IOException {
        channel.configureBlocking(false);
        if (Addresses.isFile(endpoint)) {
            return new Acceptor(channel, endpoint, SocketFile.bind(channel, endpoint, BACKLOG));
        }
        // A port whose connections of yesterday are still in TIME_WAIT can be had again at once.
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(Addresses.of(endpoint), BACKLOG);
        int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
        return new Acceptor(channel, endpoint.withPort(port), null);
    }

    private static ParleyException unusable(Endpoint endpoint, Exception e) {
        return new ParleyException(
                ErrorCode.ADDRESS_UNUSABLE,
                "address '" + endpoint + "' cannot be listened on: " + e.getMessage() + "; choose one of this host's",
                e);
    }

    ServerSocketChannel channel() {
        return channel;
    }

    /** The endpoint, with the port that was chosen. */
    Endpoint endpoint() {
        return endpoint;
    }

    /** The next connection that waits, or null. */
    @Nullable SocketChannel accept() throws IOException {
        return channel.accept();
    }

    /** Listens no more. */
    void close() throws IOException {
        channel.close();
        if (file != null) {
            file.remove();
        }
    }
}
