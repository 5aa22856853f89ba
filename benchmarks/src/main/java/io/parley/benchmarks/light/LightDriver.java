package io.parley.benchmarks.light;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Many links with one node, all run by the thread that calls {@link #runUntil}. */
public final class LightDriver implements AutoCloseable {
    private static final long TICK_MILLIS = 100;

    private final InetSocketAddress address;
    private final Selector selector = Selector.open();
    private final ByteBuffer in = ByteBuffer.allocateDirect(256 * 1024);
    private final List<LightLink> links = new ArrayList<>();
    private long nextTick = System.nanoTime();

    /** With the node that listens there. */
    public LightDriver(InetSocketAddress address) throws IOException {
        this.address = address;
    }

    /** All links, in the order in which they began. */
    public List<LightLink> links() {
        return links;
    }

    /** How many are in that state. */
    public long count(LightLink.State state) {
        return links.stream().filter(link -> link.state() == state).count();
    }

    /** Begins so many more links, all at once. */
    public List<LightLink> connect(int count) throws IOException {
        List<LightLink> fresh = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketChannel socket = socket();
            LightLink link = new LightLink(links.size(), socket);
            links.add(link);
            fresh.add(link);
            dial(link, socket);
        }
        return fresh;
    }

    private static SocketChannel socket() throws IOException {
        SocketChannel socket = SocketChannel.open();
        socket.configureBlocking(false);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return socket;
    }

    private void dial(LightLink link, SocketChannel socket) throws IOException {
        boolean connected = socket.connect(address);
        socket.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, link);
        if (connected) {
            link.connected();
        }
    }

    /** Runs the links until that is so. Returns whether it became so in time. */
    public boolean runUntil(BooleanSupplier condition, Duration timeout) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            turn();
        }
        return true;
    }

    private void turn() throws IOException {
        selector.select(TICK_MILLIS / 10);
        for (SelectionKey key : selector.selectedKeys()) {
            serve(key);
        }
        selector.selectedKeys().clear();
        long now = System.nanoTime();
        if (now - nextTick >= 0) {
            nextTick = now + TICK_MILLIS * 1_000_000;
            links.forEach(link -> link.tick(now));
            for (LightLink link : links) {
                if (link.mayDialAgain()) {
                    SocketChannel socket = socket();
                    link.dialledAgain(socket);
                    dial(link, socket);
                }
            }
            selector.keys().stream().filter(SelectionKey::isValid).forEach(LightDriver::wantWrites);
        }
    }

    private void serve(SelectionKey key) throws IOException {
        SocketChannel socket = (SocketChannel) key.channel();
        LightLink link = (LightLink) key.attachment();
        try {
            if (key.isConnectable() && socket.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
                link.connected();
            }
            if (key.isReadable()) {
                read(socket, link);
            }
            link.flush();
        } catch (IOException e) {
            link.ended(String.valueOf(e.getMessage()));
        }
        if (link.state() == LightLink.State.ENDED) {
            key.cancel();
            socket.close();
        } else {
            wantWrites(key);
        }
    }

    private void read(SocketChannel socket, LightLink link) throws IOException {
        int count = socket.read(in.clear());
        if (count < 0) {
            link.ended("end of stream");
        } else {
            link.came(in.flip());
        }
    }

    private static void wantWrites(SelectionKey key) {
        boolean connecting = (key.interestOps() & SelectionKey.OP_CONNECT) != 0;
        if (!connecting) {
            boolean waits = ((LightLink) key.attachment()).hasOutput();
            key.interestOps(waits ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
