package io.parley.reliability.internal.durable;

import io.parley.core.spi.Runtime;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a data directory that reads files which nobody read lately, so that the loop does not wait for the disk. It
 * begins with the first of them. Any thread; only closing waits.
 */
final class ReadingThread implements Executor {
    private final Runtime runtime;
    private final String name;
    private final Runtime.Signal work;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private Runtime.@Nullable Worker worker;
    private volatile boolean closing;

    ReadingThread(Runtime runtime, String name) {
        this.runtime = runtime;
        this.name = name;
        work = runtime.newSignal();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        start();
        work.signal();
    }

    private synchronized void start() {
        if (worker == null && !closing) {
            worker = runtime.startWorker(name, this::run);
        }
    }

    private void run() {
        while (!closing) {
            for (Runnable task = tasks.poll(); task != null && !closing; task = tasks.poll()) {
                task.run();
            }
            awaitWork();
        }
    }

    private void awaitWork() {
        try {
            runtime.await(work, () -> closing || !tasks.isEmpty(), Long.MAX_VALUE);
        } catch (InterruptedException e) {
            // nobody has reason to interrupt this thread, and nothing here can do better than go on
        }
    }

    /** Ends it after the file that it reads; what was asked for besides is not read. */
    void close(long nanos) {
        Runtime.Worker running;
        synchronized (this) {
            closing = true;
            running = worker;
        }
        work.signal();
        if (running != null) {
            running.join(nanos);
        }
    }
}
