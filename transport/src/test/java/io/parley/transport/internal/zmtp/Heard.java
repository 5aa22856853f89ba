package io.parley.transport.internal.zmtp;

import io.parley.core.spi.InFrame;
import java.util.ArrayList;
import java.util.List;

/** The owner of connections over {@link FakeSocket}s: keeps the frames themselves, or only their bytes. */
final class Heard implements Connection.Owner {
    final List<Connection> up = new ArrayList<>();
    final List<byte[]> bytes = new ArrayList<>();
    final List<InFrame> kept = new ArrayList<>();
    boolean keeping;
    int tenths = -1;

    @Override
    public void up(Connection connection) {
        up.add(connection);
    }

    @Override
    public void frame(Connection connection, InFrame frame) {
        if (keeping) {
            kept.add(frame);
        } else {
            bytes.add(copy(frame));
            frame.release();
        }
    }

    static byte[] copy(InFrame frame) {
        byte[] copy = new byte[frame.buffer().remaining()];
        frame.buffer().get(frame.buffer().position(), copy);
        return copy;
    }

    @Override
    public void wantsFlush(Connection connection) {}

    @Override
    public void expires(Connection connection, int tenthsOfSecond) {
        tenths = tenthsOfSecond;
    }

    /** Reads until the socket has given all that it has. */
    static void drain(Connection connection, FakeSocket socket) throws Exception {
        while (!socket.isDrained() && connection.isOpen()) {
            connection.read();
        }
    }
}
