package io.parley.reliability.internal.journal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has the files of a log read that nobody read lately, each once at a time, by another thread than the one that wants them.
 * Any thread; nothing here waits.
 */
public final class BackgroundReader {
    private final JournalLog log;
    private final Executor thread;
    private final Consumer<@Nullable Throwable> done;
    private final Set<JournalFile> reading = ConcurrentHashMap.newKeySet();

    /**
     * For one log.
     *
     * @param done told after each file, with what went wrong or null
     */
    public BackgroundReader(JournalLog log, Executor thread, Consumer<@Nullable Throwable> done) {
        this.log = log;
        this.thread = thread;
        this.done = done;
    }

    void read(JournalFile file) {
        if (reading.add(file)) {
            thread.execute(() -> readNow(file));
        }
    }

    private void readNow(JournalFile file) {
        Throwable failure = null;
        try {
            log.reading().learn(file, file.read());
        } catch (RuntimeException | Error e) {
            failure = e; // a mapped page that the disk does not give is an Error
        }
        reading.remove(file);
        done.accept(failure);
    }
}
