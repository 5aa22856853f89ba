package io.parley.core.internal.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** What runs on the loop itself, because it was promised not to block: handlers of readers that are read {@code onLoop}. */
final class LoopHandlers implements Executor {
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Runnable wakeLoop;

    LoopHandlers(Runnable wakeLoop) {
        this.wakeLoop = wakeLoop;
    }

    @Override
    public void execute(Runnable task) {
        waiting.incrementAndGet();
        tasks.add(task);
        wakeLoop.run();
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Runs what waits now; what that adds has its turn after the transport's. Belongs to the loop. */
    void turn() {
        for (int left = waiting.get(); left > 0; left--) {
            Runnable task = tasks.poll();
            if (task == null) {
                return; // counted, and not yet there
            }
            waiting.decrementAndGet();
            task.run();
        }
    }
}
