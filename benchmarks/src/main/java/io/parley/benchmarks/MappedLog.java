package io.parley.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A limit: messages of a known size, each behind its length, put into mapped files that are never forced. For one thread. */
final class MappedLog implements LogSide.MessageLog {
    private static final int FILE = 64 * 1024 * 1024;

    private final Path directory;
    private final int size;
    private final List<MappedByteBuffer> files = new ArrayList<>();
    private ByteBuffer current = ByteBuffer.allocate(0);

    MappedLog(Path directory, int size) {
        this.directory = directory;
        this.size = size;
    }

    @Override
    public void append(byte[] message) throws IOException {
        if (current.remaining() < Integer.BYTES + message.length) {
            current = map();
        }
        current.putInt(message.length);
        current.put(message);
    }

    private ByteBuffer map() throws IOException {
        try (FileChannel file = FileChannel.open(
                directory.resolve("mapped-" + files.size()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            MappedByteBuffer mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, FILE);
            files.add(mapped);
            return mapped;
        }
    }

    @Override
    public void read(Consumer<byte[]> reader) {
        byte[] message = new byte[size];
        for (MappedByteBuffer file : files) {
            ByteBuffer bytes = file.duplicate().flip();
            while (bytes.hasRemaining() && bytes.getInt() == size) {
                bytes.get(message);
                reader.accept(message);
            }
        }
    }

    @Override
    public void close() {
        // the mappings end with the process
    }
}
