package io.parley.transport.internal.zmtp;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix domain socket that we listen on. A file that a dead process left behind is removed, one that somebody
 * listens on, or that is no socket, never is; and at the end only the file that we made ourselves.
 */
final class SocketFile {
    private final Path path;
    private final @Nullable Object key;

    private SocketFile(Path path) throws IOException {
        this.path = path;
        this.key = attributes(path).fileKey();
    }

    /** Binds the channel, and gives the file that this made. */
    static SocketFile bind(ServerSocketChannel channel, Endpoint endpoint, int backlog) throws IOException {
        UnixDomainSocketAddress address = (UnixDomainSocketAddress) Addresses.of(endpoint);
        Path path = address.getPath();
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            if (!attributes(path).isOther()) {
                throw new ParleyException(
                        ErrorCode.ADDRESS_UNUSABLE, "address '" + endpoint + "': the file is there, and is no socket");
            }
            if (isListening(address)) {
                throw new ParleyException(
                        ErrorCode.ADDRESS_IN_USE,
                        "address '" + endpoint + "' is in use; stop the other process or choose another path");
            }
            Files.delete(path);
        }
        channel.bind(address, backlog);
        return new SocketFile(path);
    }

    private static boolean isListening(UnixDomainSocketAddress address) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Not blocking: a listener whose backlog is full would keep us waiting.
            probe.configureBlocking(false);
            probe.connect(address);
            return true;
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("refused")) {
                return false;
            }
            throw e;
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes the file, if it is still ours. */
    void remove() {
        try {
            if (key != null && key.equals(attributes(path).fileKey())) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // Somebody removed it, or the directory: nothing of ours is left either way.
            return;
        }
    }
}
