package io.parley.benchmarks;

import io.parley.tools.bench.Arrivals;
import io.parley.tools.bench.BenchPart;
import io.parley.tools.bench.Departures;
import io.parley.tools.bench.Work;
import io.parley.tools.process.ParentLink;
import io.parley.tools.process.Report;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/** A limit: messages of a known size back to back on one blocking socket, in batches of up to 64 KiB. */
public final class NioSide {
    private static final int BATCH = 64 * 1024;

    private final Work work;
    private final SocketChannel socket;
    private final ByteBuffer out;
    private final ByteBuffer in;

    private NioSide(Work work, SocketChannel socket) throws IOException {
        this.work = work;
        this.socket = socket;
        this.out = ByteBuffer.allocateDirect(Math.max(BATCH, work.size()));
        this.in = ByteBuffer.allocateDirect(Math.max(BATCH, work.size()));
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** Runs the side until the driver wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        Work work = Work.of(given.subList(1, 1 + Work.ARGUMENTS));
        InetAddress loopback = InetAddress.getLoopbackAddress();
        if (given.get(0).equals(BenchPart.SEND)) {
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.bind(new InetSocketAddress(loopback, 0));
                Departures.listening(Integer.toString(((InetSocketAddress) server.getLocalAddress()).getPort()));
                new NioSide(work, server.accept()).first();
            }
        } else {
            int port = Integer.parseInt(given.get(1 + Work.ARGUMENTS));
            new NioSide(work, SocketChannel.open(new InetSocketAddress(loopback, port))).receive();
        }
        parent.awaitEnd();
        System.exit(0);
    }

    private boolean isThereAndBack() {
        return work.pattern() != Work.Pattern.pushpull;
    }

    private void first() throws Exception {
        if (isThereAndBack()) {
            roundTrips();
            return;
        }
        Departures departures = new Departures(work);
        departures.send(Departures.Bytes.REUSED, this::put);
        flush();
        Report.send(departures.sent());
    }

    private void roundTrips() throws IOException {
        RoundTrips trips = new RoundTrips(work);
        byte[] back = new byte[work.size()];
        put(trips.begin());
        while (trips.more()) {
            flush();
            read();
            while (next(back)) {
                trips.back(back);
                while (trips.mayBegin()) {
                    put(trips.begin());
                }
            }
            in.compact();
        }
    }

    private void receive() throws IOException {
        Arrivals.Reader reader = new Arrivals(work, 1).reader();
        byte[] message = new byte[work.size()];
        while (reader.more()) {
            read();
            while (next(message)) {
                reader.take(message);
                if (isThereAndBack()) {
                    put(message);
                }
            }
            in.compact();
            flush();
        }
    }

    private void put(byte[] message) throws IOException {
        if (out.remaining() < message.length) {
            flush();
        }
        out.put(message);
    }

    private void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            socket.write(out);
        }
        out.clear();
    }

    private void read() throws IOException {
        if (socket.read(in) < 0) {
            throw new EOFException("the other side ended early");
        }
        in.flip();
    }

    private boolean next(byte[] message) {
        if (in.remaining() < message.length) {
            return false;
        }
        in.get(message);
        return true;
    }
}
