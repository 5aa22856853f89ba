package io.parley.testkit.log;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Storage;
import io.parley.testkit.seeded.SeededEntropy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory in memory that does what disks do to those who trust them. At a power cut it loses what was not forced: of
 * each write that was not, any part of 512 bytes may be there or not; a file that was never forced may be shorter; of
 * creations, renames and deletions since the directory was forced, those from some point on never happened. On request it
 * fills up, fails a force, dies at any of its acts, or flips bits.
 *
 * <p>It counts its acts that change something (write, force, create, rename, delete, forced directory), so that a test can
 * enumerate crashes: {@link #dieAt} the first, the second, the third. Any thread; nothing here waits.
 */
public final class FaultyStorage implements Storage {
    private static final int SECTOR = 512;

    private final long capacity;
    private Map<String, MemoryFile> names = new TreeMap<>();
    private final List<Map<String, MemoryFile>> unforcedNames = new ArrayList<>();
    private Map<String, MemoryFile> forcedNames = new TreeMap<>();
    private final List<String> trace = new ArrayList<>();
    private @Nullable String holder;
    private long acts;
    private long bytesRead;
    private long diesAt = Long.MAX_VALUE;
    private long failsForceAt = Long.MAX_VALUE;
    private long forces;
    private boolean full;
    private boolean dead;

    /** An empty directory on a disk of so many bytes. */
    public FaultyStorage(long capacity) {
        this.capacity = capacity;
    }

    // faults

    /** This act, counted from 1, is not done, nor any after it: they throw. A write is done in part, and so is a creation. */
    public synchronized void dieAt(long act) {
        diesAt = act;
    }

    /** The n-th force of a file from now on throws, and forces nothing. */
    public synchronized void failForce(long n) {
        failsForceAt = forces + n;
    }

    /** There is no room for another file from now on. A write into room that was taken before goes on. */
    public synchronized void fill() {
        full = true;
    }

    /** There is room for files again. */
    public synchronized void makeRoom() {
        full = false;
    }

    /** Whether {@link #dieAt} has come. */
    public synchronized boolean isDead() {
        return dead;
    }

    /** How many acts there were. */
    public synchronized long acts() {
        return acts;
    }

    /** How many bytes were read; of a file whose view was taken, all. */
    public synchronized long bytesRead() {
        return bytesRead;
    }

    /** The acts so far, one a line: a verb, a name, and for a write its first and the end of its bytes. */
    public synchronized List<String> trace() {
        return List.copyOf(trace);
    }

    /** Flips one bit of a file, in what was forced. */
    public synchronized void flip(String name, int at, int bit) {
        MemoryFile file = found(name);
        file.bytes[at] ^= (byte) (1 << bit);
        file.forced[at] ^= (byte) (1 << bit);
    }

    /** Makes a file shorter, as a repair of the file system may. */
    public synchronized void cut(String name, int bytes) {
        MemoryFile file = found(name);
        names.put(name, new MemoryFile(name, Arrays.copyOf(file.bytes, bytes), Arrays.copyOf(file.forced, bytes)));
    }

    /** What the next run finds. This one is not to be used any more. */
    public synchronized FaultyStorage crash(Crash how, SeededEntropy chance) {
        FaultyStorage next = new FaultyStorage(capacity);
        Map<String, MemoryFile> left = names;
        if (how == Crash.POWER_CUT) {
            int kept = (int) chance.nextBetween(0, unforcedNames.size());
            left = kept == 0 ? forcedNames : unforcedNames.get(kept - 1);
        }
        left.forEach((name, file) -> {
            byte[] bytes = how == Crash.KILL ? file.bytes.clone() : file.survivors(chance);
            MemoryFile found = next.new MemoryFile(name, bytes, bytes.clone());
            found.whole = true;
            next.names.put(name, found);
        });
        next.forcedNames = new TreeMap<>(next.names);
        return next;
    }

    private void act(String what, Runnable dyingAct) {
        if (dead || ++acts >= diesAt) {
            if (!dead) {
                dead = true;
                dyingAct.run();
            }
            throw new ParleyException(ErrorCode.DISK_FAILED, "the simulated process is dead: " + what);
        }
        trace.add(what);
    }

    private void act(String what) {
        act(what, () -> {});
    }

    // storage

    @Override
    public synchronized List<String> list() {
        return names.keySet().stream().filter(n -> n.indexOf('/') < 0).toList();
    }

    @Override
    public synchronized File open(String name) {
        return found(name);
    }

    private MemoryFile found(String name) {
        MemoryFile file = names.get(name);
        if (file == null) {
            throw new ParleyException(ErrorCode.DISK_FAILED, "open " + name + ": no such file");
        }
        return file;
    }

    @Override
    public synchronized File create(String name, int bytes) {
        act("create " + name, () -> make(name, (int) (acts % 3 * Math.min(bytes, SECTOR / 6))));
        MemoryFile before = names.get(name);
        if (full || used() - (before == null ? 0 : before.size()) + bytes > capacity) {
            throw new ParleyException(ErrorCode.DISK_FULL, "create " + name + ": the simulated disk is full");
        }
        return make(name, bytes);
    }

    private MemoryFile make(String name, int bytes) {
        MemoryFile file = new MemoryFile(name, new byte[bytes], new byte[bytes]);
        names.put(name, file);
        namesChanged();
        return file;
    }

    private long used() {
        return names.values().stream().mapToLong(MemoryFile::size).sum();
    }

    private void namesChanged() {
        unforcedNames.add(new TreeMap<>(names));
    }

    @Override
    public synchronized void rename(String from, String to) {
        act("rename " + from + " " + to);
        MemoryFile file = found(from);
        names.remove(from);
        names.put(to, file);
        file.name = to;
        namesChanged();
    }

    @Override
    public synchronized void delete(String name) {
        act("delete " + name);
        if (names.remove(name) != null) {
            namesChanged();
        }
    }

    @Override
    public synchronized void forceDirectory() {
        act("force-directory");
        forcedNames = new TreeMap<>(names);
        unforcedNames.clear();
    }

    @Override
    public synchronized long freeBytes() {
        return full ? 0 : capacity - used();
    }

    @Override
    public synchronized void lock(String newHolder) {
        if (holder != null) {
            throw new ParleyException(ErrorCode.DATA_IN_USE, "the directory is used by " + holder);
        }
        holder = newHolder;
    }

    @Override
    public synchronized void close() {
        holder = null;
    }

    private final class MemoryFile implements File {
        private record Write(int from, int to) {}

        private final byte[] bytes;
        private final byte[] forced;
        private final List<Write> unforced = new ArrayList<>();
        private String name;
        private boolean whole;

        MemoryFile(String name, byte[] bytes, byte[] forced) {
            this.name = name;
            this.bytes = bytes;
            this.forced = forced;
        }

        byte[] survivors(SeededEntropy chance) {
            byte[] left = forced.clone();
            for (Write write : unforced) {
                for (int at = write.from; at < write.to; ) {
                    int end = Math.min(write.to, (at / SECTOR + 1) * SECTOR);
                    if (chance.chance(0.5)) {
                        System.arraycopy(bytes, at, left, at, end - at);
                    }
                    at = end;
                }
            }
            return whole ? left : Arrays.copyOf(left, (int) chance.nextBetween(0, left.length));
        }

        @Override
        public int size() {
            return bytes.length;
        }

        @Override
        public void write(ByteBuffer from, int at) {
            synchronized (FaultyStorage.this) {
                java.util.Objects.checkFromIndexSize(at, from.remaining(), bytes.length);
                int length = from.remaining();
                act("write " + name + " " + at + " " + (at + length), () -> put(from, at, length / 2));
                put(from, at, length);
            }
        }

        private void put(ByteBuffer from, int at, int length) {
            from.get(bytes, at, length);
            unforced.add(new Write(at, at + length));
        }

        @Override
        public void read(ByteBuffer into, int at) {
            synchronized (FaultyStorage.this) {
                java.util.Objects.checkFromIndexSize(at, into.remaining(), bytes.length);
                bytesRead += into.remaining();
                into.put(bytes, at, into.remaining());
            }
        }

        @Override
        public void force() {
            synchronized (FaultyStorage.this) {
                act("force " + name);
                if (++forces == failsForceAt) {
                    // the pages are marked clean, and what was in them is nowhere: the next force would say that all is
                    // well
                    unforced.clear();
                    throw new ParleyException(
                            ErrorCode.DISK_FAILED, "force " + name + ": simulated input/output error");
                }
                for (Write write : unforced) {
                    System.arraycopy(bytes, write.from, forced, write.from, write.to - write.from);
                }
                unforced.clear();
                whole = true;
            }
        }

        @Override
        public ByteBuffer view() {
            synchronized (FaultyStorage.this) {
                bytesRead += bytes.length;
            }
            return ByteBuffer.wrap(bytes).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
