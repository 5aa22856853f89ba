package io.parley.discovery.internal.work;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/**
 * The threads of all sources of a JVM: daemons that end when they are idle. What takes time is done one after another for each
 * source, and at the same time for several.
 */
public final class Background {
    private static final int MAX_THREADS = 32;
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final ThreadPoolExecutor WORK =
            new ThreadPoolExecutor(0, MAX_THREADS, 2, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons());
    private static final ScheduledThreadPoolExecutor TIMES = times();

    private Background() {}

    private static ThreadFactory daemons() {
        return task -> {
            Thread thread = new Thread(task, "parley-discovery-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private static ScheduledThreadPoolExecutor times() {
        ScheduledThreadPoolExecutor times = new ScheduledThreadPoolExecutor(1, daemons());
        times.setKeepAliveTime(10, TimeUnit.SECONDS);
        times.allowCoreThreadTimeOut(true);
        times.setRemoveOnCancelPolicy(true);
        return times;
    }

    /** Runs something soon, on a thread of its own; a moment later when all threads are busy. */
    public static void run(Runnable task) {
        try {
            WORK.execute(task);
        } catch (RejectedExecutionException e) {
            after(20, task);
        }
    }

    /** Runs something after so many milliseconds, on a thread of its own. */
    public static void after(long millis, Runnable task) {
        ScheduledFuture<?> unused = TIMES.schedule(() -> run(task), millis, TimeUnit.MILLISECONDS);
    }

    /** Runs tasks one after another, in order. */
    public static Executor inOrder() {
        return new Line();
    }

    private static final class Line implements Executor {
        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        private boolean running;

        @Override
        public void execute(Runnable task) {
            synchronized (waiting) {
                waiting.add(task);
                if (running) {
                    return;
                }
                running = true;
            }
            run(this::work);
        }

        private void work() {
            while (true) {
                Runnable next;
                synchronized (waiting) {
                    next = waiting.poll();
                    if (next == null) {
                        running = false;
                        return;
                    }
                }
                try {
                    next.run();
                } catch (RuntimeException e) {
                    LoggerFactory.getLogger(Background.class).warn("discovery", e);
                }
            }
        }
    }
}
