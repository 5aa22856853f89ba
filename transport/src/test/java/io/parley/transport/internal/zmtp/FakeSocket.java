package io.parley.transport.internal.zmtp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.function.IntSupplier;

/** A socket that gives and takes as many bytes at a time as the test says. */
final class FakeSocket extends SocketChannel {
    private ByteBuffer incoming = ByteBuffer.allocate(0);
    private IntSupplier readable = () -> Integer.MAX_VALUE;
    private IntSupplier writable = () -> Integer.MAX_VALUE;
    final ByteArrayOutputStream written = new ByteArrayOutputStream();

    FakeSocket() {
        super(SelectorProvider.provider());
    }

    /** What is read from now on, and how much of it at a time. */
    FakeSocket gives(byte[] bytes, IntSupplier atATime) {
        incoming = ByteBuffer.wrap(bytes);
        readable = atATime;
        return this;
    }

    /** How much is taken at a time. */
    FakeSocket takes(IntSupplier atATime) {
        writable = atATime;
        return this;
    }

    boolean isDrained() {
        return !incoming.hasRemaining();
    }

    @Override
    public int read(ByteBuffer to) {
        return (int) read(new ByteBuffer[] {to}, 0, 1);
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) {
        int left = Math.min(readable.getAsInt(), incoming.remaining());
        int total = 0;
        for (int i = offset; i < offset + length && left > 0; i++) {
            int part = Math.min(left, to[i].remaining());
            to[i].put(incoming.slice().limit(part));
            incoming.position(incoming.position() + part);
            left -= part;
            total += part;
        }
        return total;
    }

    @Override
    public int write(ByteBuffer from) {
        return (int) write(new ByteBuffer[] {from}, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        int left = writable.getAsInt();
        int total = 0;
        for (int i = offset; i < offset + length && left > 0; i++) {
            int part = Math.min(left, from[i].remaining());
            for (int j = 0; j < part; j++) {
                written.write(from[i].get());
            }
            left -= part;
            total += part;
        }
        return total;
    }

    @Override
    public SocketChannel bind(SocketAddress local) {
        return this;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) {
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    @Override
    public SocketChannel shutdownInput() {
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() {
        return this;
    }

    @Override
    public Socket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isConnectionPending() {
        return false;
    }

    @Override
    public boolean connect(SocketAddress remote) {
        return true;
    }

    @Override
    public boolean finishConnect() {
        return true;
    }

    @Override
    public SocketAddress getRemoteAddress() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SocketAddress getLocalAddress() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {}

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {}
}
