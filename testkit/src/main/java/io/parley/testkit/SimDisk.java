package io.parley.testkit;

import io.parley.core.spi.Storage;
import io.parley.testkit.log.Crash;
import io.parley.testkit.log.FaultyStorage;
import io.parley.testkit.seeded.SeededEntropy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/**
 * The disk of a node in a {@link Sim}, as one process of it after the other finds it. To force takes a while, in which
 * anything may happen: also the end of the process.
 */
public final class SimDisk implements Supplier<Storage> {
    private static final long CAPACITY = 1L << 30;
    private static final long QUICK = 20_000;
    private static final long SLOW = 4_000_000;

    private final SimPump pump;
    private final SeededEntropy chance;
    private FaultyStorage files = new FaultyStorage(CAPACITY);

    SimDisk(SimPump pump, SeededEntropy chance) {
        this.pump = pump;
        this.chance = chance;
    }

    /** What is on it, to have things go wrong there. Another one after a crash. */
    public FaultyStorage files() {
        return files;
    }

    /** The directory, for the process that opens it. */
    @Override
    public Storage get() {
        return new Directory(files);
    }

    void crash(Crash how) {
        files = files.crash(how, chance);
    }

    /** Mostly a moment; now and then the disk is busy. */
    private void work() {
        long time = chance.chance(0.05) ? chance.nextBetween(QUICK, SLOW) : chance.nextBetween(1, QUICK);
        try {
            pump.await(null, () -> false, time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Directory implements Storage {
        private final FaultyStorage storage;

        Directory(FaultyStorage storage) {
            this.storage = storage;
        }

        @Override
        public List<String> list() {
            return storage.list();
        }

        @Override
        public File open(String name) {
            return new SlowFile(storage.open(name));
        }

        @Override
        public File create(String name, int bytes) {
            storage.create(name, (int) chance.nextBetween(0, bytes)); // what a process that dies meanwhile leaves
            work();
            return new SlowFile(storage.create(name, bytes));
        }

        @Override
        public void rename(String from, String to) {
            storage.rename(from, to);
        }

        @Override
        public void delete(String name) {
            storage.delete(name);
        }

        @Override
        public void forceDirectory() {
            work();
            storage.forceDirectory();
            work();
        }

        @Override
        public long freeBytes() {
            return storage.freeBytes();
        }

        @Override
        public void lock(String holder) {
            storage.lock(holder);
        }

        @Override
        public void close() {
            storage.close();
        }
    }

    private final class SlowFile implements Storage.File {
        private final Storage.File file;

        SlowFile(Storage.File file) {
            this.file = file;
        }

        @Override
        public int size() {
            return file.size();
        }

        @Override
        public void write(ByteBuffer bytes, int at) {
            file.write(bytes, at);
            work(); // a crash between a write and its force takes back what it likes
        }

        @Override
        public void read(ByteBuffer into, int at) {
            file.read(into, at);
        }

        @Override
        public void force() {
            work();
            file.force();
            work();
        }

        @Override
        public ByteBuffer view() {
            return file.view();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
