package io.parley.reliability.internal.journal;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Storage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the file system. Written through channels, read through mappings: on the systems that Parley runs on both
 * see the same pages.
 */
public final class FileStorage implements Storage {
    private static final String LOCK = "lock";
    private static final String HOLDER = "lock.holder";
    /** By the real paths of their directories: closing any channel of a locked file would end a lock of this process. */
    private static final Map<Path, String> HERE = new ConcurrentHashMap<>();

    private static final int ZEROS = 256 * 1024;
    private static final int LONGEST_HOLDER = 200;
    /** A cursor may hold on to the mapping of a file that is gone until it moves. */
    private static final int TRIES = 3;

    private final Path directory;
    private final Access access;
    private final Map<String, ChannelFile> files = new HashMap<>();
    private @Nullable FileChannel lockChannel;
    private @Nullable Path locked;
    private int reclaims;

    private FileStorage(Path directory, Access access) {
        this.directory = directory;
        this.access = access;
    }

    private enum Access {
        READ_WRITE,
        READ_ONLY;

        Set<OpenOption> options() {
            return this == READ_ONLY ? Set.of(READ) : Set.of(READ, WRITE);
        }
    }

    /**
     * Opens a directory, which is made when it is missing.
     *
     * @throws ParleyException DISK_FAILED when that cannot be
     */
    public static FileStorage in(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw failed("create directory " + directory, e);
        }
        return new FileStorage(directory, Access.READ_WRITE);
    }

    /**
     * Opens a directory that must be there.
     *
     * @throws ParleyException INVALID_ARGUMENT when it is not
     */
    public static FileStorage existing(Path directory) {
        return new FileStorage(checked(directory), Access.READ_WRITE);
    }

    /**
     * Opens a directory that must be there, for reading alone: also one that a node uses. What writes throws DISK_FAILED.
     *
     * @throws ParleyException INVALID_ARGUMENT when it is not
     */
    public static FileStorage readOnly(Path directory) {
        return new FileStorage(checked(directory), Access.READ_ONLY);
    }

    private static Path checked(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, directory + " is no directory; name one that a node was opened with");
        }
        return directory;
    }

    private static ParleyException failed(String what, IOException e) {
        String why = String.valueOf(e.getMessage());
        boolean full = why.contains("No space left") || why.contains("quota") || why.contains("enough space");
        return full
                ? new ParleyException(ErrorCode.DISK_FULL, what + ": the disk is full; make room on it", e)
                : new ParleyException(ErrorCode.DISK_FAILED, what + ": " + e + "; look at the disk", e);
    }

    @Override
    public List<String> list() {
        try (Stream<Path> found = Files.list(directory)) {
            return found.filter(Files::isRegularFile)
                    .map(p -> String.valueOf(p.getFileName()))
                    .filter(name -> !name.startsWith(LOCK))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw failed("list " + directory, e);
        }
    }

    @Override
    public File open(String name) {
        Path path = directory.resolve(name);
        try {
            FileChannel channel = FileChannel.open(path, access.options());
            return opened(name, channel);
        } catch (IOException e) {
            throw failed("open " + path, e);
        }
    }

    private File opened(String name, FileChannel channel) throws IOException {
        MappedByteBuffer view = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        ChannelFile file = new ChannelFile(directory.resolve(name), channel, view);
        files.put(name, file);
        return file;
    }

    @Override
    public File create(String name, int bytes) {
        checkWritable();
        Path path = directory.resolve(name);
        try {
            Files.createDirectories(path.resolveSibling(""));
            FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE);
            try {
                fill(channel, bytes);
                return opened(name, channel);
            } catch (IOException e) {
                channel.close();
                Files.deleteIfExists(path); // half a file takes room from those who need it
                throw e;
            }
        } catch (IOException e) {
            throw failed("create " + path + " of " + bytes + " bytes", e);
        }
    }

    /** A file that was only made longer has no room yet. */
    private static void fill(FileChannel channel, int bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS, bytes));
        for (int at = 0; at < bytes; ) {
            zeros.clear().limit(Math.min(zeros.capacity(), bytes - at));
            at += channel.write(zeros, at);
        }
        channel.truncate(bytes);
    }

    private void checkWritable() {
        if (access == Access.READ_ONLY) {
            throw new ParleyException(ErrorCode.DISK_FAILED, directory + " was opened for reading alone");
        }
    }

    @Override
    public void rename(String from, String to) {
        checkWritable();
        try {
            Path target = directory.resolve(to);
            Files.createDirectories(target.resolveSibling(""));
            Files.move(directory.resolve(from), target, StandardCopyOption.ATOMIC_MOVE);
            ChannelFile file = files.remove(from);
            if (file != null) {
                file.path = target;
                files.put(to, file);
            }
        } catch (IOException e) {
            throw failed("rename " + from + " to " + to + " in " + directory, e);
        }
    }

    @Override
    public void delete(String name) {
        checkWritable();
        try {
            Files.deleteIfExists(directory.resolve(name));
            reclaims = files.remove(name) == null ? reclaims : TRIES;
        } catch (IOException e) {
            throw failed("delete " + name + " in " + directory, e);
        }
    }

    @Override
    public void forceDirectory() {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw failed("force " + directory, e);
        }
    }

    /** The room of a file that is mapped comes back when its mapping is collected, and only a collection does that. */
    @Override
    public void reclaim() {
        if (reclaims > 0) {
            reclaims--;
            System.gc();
        }
    }

    @Override
    public long freeBytes() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw failed("free room of " + directory, e);
        }
    }

    @Override
    public void lock(String holder) {
        String line = holder.length() > LONGEST_HOLDER ? holder.substring(0, LONGEST_HOLDER) : holder;
        try {
            Path real = directory.toRealPath();
            String here = HERE.putIfAbsent(real, line);
            if (here != null) {
                throw inUse(here);
            }
            locked = real;
            FileChannel channel = FileChannel.open(real.resolve(LOCK), CREATE, WRITE);
            lockChannel = channel;
            if (channel.tryLock() == null) {
                unlock();
                throw inUse(Files.readString(real.resolve(HOLDER)).strip());
            }
            Files.writeString(real.resolve(HOLDER), line);
        } catch (IOException e) {
            throw failed("lock " + directory, e);
        }
    }

    private ParleyException inUse(String by) {
        return new ParleyException(
                ErrorCode.DATA_IN_USE,
                directory + " is used by " + by + "; end that, or give this node a directory of its own");
    }

    private void unlock() throws IOException {
        FileChannel channel = lockChannel;
        Path real = locked;
        if (channel != null) {
            channel.close(); // the lock ends with it
        }
        if (real != null) {
            HERE.remove(real);
        }
        lockChannel = null;
        locked = null;
    }

    @Override
    public void close() {
        files.values().forEach(ChannelFile::close);
        files.clear();
        try {
            unlock();
        } catch (IOException e) {
            throw failed("unlock " + directory, e);
        }
    }

    private final class ChannelFile implements File {
        private final MappedByteBuffer view;
        private Path path;
        private @Nullable FileChannel open;

        ChannelFile(Path path, FileChannel channel, MappedByteBuffer view) {
            this.path = path;
            open = channel;
            this.view = view;
        }

        private FileChannel channel() throws IOException {
            FileChannel channel = open;
            if (channel == null) {
                channel = FileChannel.open(path, access.options());
                open = channel;
            }
            return channel;
        }

        @Override
        public int size() {
            return view.capacity();
        }

        @Override
        public void write(ByteBuffer bytes, int at) {
            Objects.checkFromIndexSize(at, bytes.remaining(), size());
            checkWritable();
            try {
                for (int to = at; bytes.hasRemaining(); ) {
                    to += channel().write(bytes, to);
                }
            } catch (IOException e) {
                throw failed("write to " + path, e);
            }
        }

        @Override
        public void read(ByteBuffer into, int at) {
            Objects.checkFromIndexSize(at, into.remaining(), size());
            try {
                for (int from = at; into.hasRemaining(); ) {
                    int count = channel().read(into, from);
                    if (count < 0) {
                        throw new EOFException("the file was cut to " + from + " bytes");
                    }
                    from += count;
                }
            } catch (IOException e) {
                throw failed("read " + path, e);
            }
        }

        @Override
        public void force() {
            try {
                channel().force(false);
            } catch (IOException e) {
                throw failed("force " + path, e);
            }
        }

        @Override
        public ByteBuffer view() {
            return view.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void close() {
            FileChannel channel = open;
            open = null;
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                throw failed("close " + path, e);
            }
        }
    }
}
