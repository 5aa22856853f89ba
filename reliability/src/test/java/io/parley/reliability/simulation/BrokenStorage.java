package io.parley.reliability.simulation;

import io.parley.core.spi.Storage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A directory whose files throw what no disk throws, on request. */
final class BrokenStorage implements Storage {
    private final Storage sound;
    private final Faults faults;

    BrokenStorage(Storage sound, Faults faults) {
        this.sound = sound;
        this.faults = faults;
    }

    /** What goes wrong. */
    static final class Faults {
        private volatile String writesTo = "";
        private volatile @Nullable Supplier<? extends Throwable> onWrite;
        private volatile @Nullable Supplier<? extends Throwable> onClose;

        /** Writes to files whose names begin so throw. */
        void onWrite(String name, Supplier<? extends Throwable> fault) {
            writesTo = name;
            onWrite = fault;
        }

        /** Closing any file throws. */
        void onClose(Supplier<? extends Throwable> fault) {
            onClose = fault;
        }

        /** All is well from now on. */
        void none() {
            onWrite = null;
            onClose = null;
        }
    }

    private static void raise(@Nullable Supplier<? extends Throwable> fault) {
        Throwable what = fault == null ? null : fault.get();
        if (what instanceof Error error) {
            throw error;
        } else if (what instanceof RuntimeException exception) {
            throw exception;
        }
    }

    @Override
    public List<String> list() {
        return sound.list();
    }

    @Override
    public File open(String name) {
        return new BrokenFile(name, sound.open(name));
    }

    @Override
    public File create(String name, int bytes) {
        return new BrokenFile(name, sound.create(name, bytes));
    }

    @Override
    public void rename(String from, String to) {
        sound.rename(from, to);
    }

    @Override
    public void delete(String name) {
        sound.delete(name);
    }

    @Override
    public void forceDirectory() {
        sound.forceDirectory();
    }

    @Override
    public long freeBytes() {
        return sound.freeBytes();
    }

    @Override
    public void lock(String holder) {
        sound.lock(holder);
    }

    @Override
    public void close() {
        sound.close();
    }

    private final class BrokenFile implements File {
        private final String name;
        private final File file;

        BrokenFile(String name, File file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public int size() {
            return file.size();
        }

        @Override
        public void write(ByteBuffer bytes, int at) {
            if (name.startsWith(faults.writesTo)) {
                raise(faults.onWrite);
            }
            file.write(bytes, at);
        }

        @Override
        public void read(ByteBuffer into, int at) {
            file.read(into, at);
        }

        @Override
        public void force() {
            file.force();
        }

        @Override
        public ByteBuffer view() {
            return file.view();
        }

        @Override
        public void close() {
            raise(faults.onClose);
            file.close();
        }
    }
}
