package io.parley.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * A limit: each message is written and forced by itself, by whoever appends it, into a file whose room was written before.
 */
final class ForcedFile implements LogSide.MessageLog {
    private static final int ROOM = 64 * 1024 * 1024;

    private final FileChannel file;
    private final ByteBuffer out;
    private final int size;
    private final long most;
    private long appended;

    ForcedFile(Path directory, int size) throws IOException {
        this.size = size;
        this.out = ByteBuffer.allocateDirect(size);
        this.most = ROOM / size;
        file = FileChannel.open(
                directory.resolve("forced"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        ByteBuffer zeros = ByteBuffer.allocateDirect(1024 * 1024);
        for (long at = 0; at < ROOM; at += zeros.capacity()) {
            file.write(zeros.clear(), at);
        }
        file.force(true);
    }

    @Override
    public synchronized void append(byte[] message) throws IOException {
        if (appended == most) {
            throw new EOFException("the file is full after " + most + " messages");
        }
        out.clear().put(message).flip();
        file.write(out, appended * size);
        file.force(false);
        appended++;
    }

    @Override
    public void read(Consumer<byte[]> reader) throws IOException {
        byte[] message = new byte[size];
        ByteBuffer in = ByteBuffer.wrap(message);
        for (long i = 0; i < appended; i++) {
            file.read(in.clear(), i * size);
            reader.accept(message);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
