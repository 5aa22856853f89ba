package io.parley.benchmarks;

import io.parley.tools.bench.BenchPart;
import io.parley.tools.bench.Usage;
import io.parley.tools.bench.Work;
import io.parley.tools.process.ParentLink;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/** A limit: messages of a known size back to back on one blocking socket, in batches of 64 KiB. One way, one receiver. */
public final class NioSide {
    private static final int BATCH = 64 * 1024;

    private NioSide() {}

    /** Runs the side until the driver wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        Work work = Work.of(given.subList(1, 7));
        if (given.get(0).equals(BenchPart.SEND)) {
            send(work);
        } else {
            receive(work, Integer.parseInt(given.get(7)));
        }
        parent.awaitEnd();
        System.exit(0);
    }

    private static ByteBuffer batch(Work work) {
        return ByteBuffer.allocateDirect(Math.max(BATCH, work.size()));
    }

    private static void send(Work work) throws Exception {
        Departures departures = new Departures(work);
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            departures.listening(Integer.toString(((InetSocketAddress) server.getLocalAddress()).getPort()));
            try (SocketChannel socket = server.accept()) {
                ByteBuffer batch = batch(work);
                Usage before = departures.send(Departures.Bytes.REUSED, message -> {
                    if (batch.remaining() < message.length) {
                        flush(batch, socket);
                    }
                    batch.put(message);
                });
                flush(batch, socket);
                departures.sent(before);
            }
        }
    }

    private static void flush(ByteBuffer batch, SocketChannel socket) throws IOException {
        batch.flip();
        while (batch.hasRemaining()) {
            socket.write(batch);
        }
        batch.clear();
    }

    private static void receive(Work work, int port) throws IOException {
        Arrivals arrivals = new Arrivals(work);
        byte[] message = new byte[work.size()];
        try (SocketChannel socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            ByteBuffer batch = batch(work);
            while (arrivals.more()) {
                if (socket.read(batch) < 0) {
                    throw new EOFException("the sender ended early");
                }
                batch.flip();
                while (batch.remaining() >= message.length) {
                    batch.get(message);
                    arrivals.take(message);
                }
                batch.compact();
            }
        }
    }
}
