package io.parley.reliability.internal.durable;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Runtime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a data directory that touches its files. Others hand over what is to be done and, where they must, wait
 * for it: an interrupt, which would close a file, never comes here. While a group is being forced the next one gathers.
 *
 * <pre>
 *   appender, loop ──wake(files)──▶ ┌─────────────────────────────┐
 *   user, on opening ──ask(task)──▶ │ tasks ─▶ dirty files ─▶ due │ ─▶ listeners
 *                                   └─────────────────────────────┘
 * </pre>
 */
final class Committer {
    /** How long opening may take: a large journal is read. */
    private static final long ANSWER = Duration.ofMinutes(5).toNanos();

    private final Runtime runtime;
    private final Runtime.Signal work;
    private final Runtime.Worker worker;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Files> dirty = new ConcurrentLinkedQueue<>();
    private final Map<Files, Long> due = new LinkedHashMap<>();
    private volatile boolean woken;
    private volatile boolean closing;
    private volatile boolean over;
    private volatile @Nullable ParleyException broken;
    private final Consumer<ParleyException> onBroken;

    /** Files that have something to write now and then. */
    interface Files {
        /**
         * Writes and forces what is due. On the thread of the committer.
         *
         * @return when to be called again at the latest; {@link Long#MAX_VALUE} for never
         */
        long commit(long now);
    }

    /**
     * Starts the thread.
     *
     * @param onBroken told, as its last act, what ended it before it was closed: nothing is committed any more
     */
    Committer(Runtime runtime, String name, Consumer<ParleyException> onBroken) {
        this.runtime = runtime;
        this.onBroken = onBroken;
        work = runtime.newSignal();
        worker = runtime.startWorker(name, this::run);
    }

    // any thread

    /** Wall time minus steady time, in milliseconds. */
    long wallOffset() {
        return runtime.clock().millis()
                - TimeUnit.NANOSECONDS.toMillis(runtime.clock().nanos());
    }

    /** These have something to write. Who calls sees to it that they are not told twice before they were looked at. */
    void wake(Files files) {
        dirty.add(files);
        signal();
    }

    private void signal() {
        woken = true;
        work.signal();
    }

    /** Has something done, and does not wait for it. Nothing happens when the thread is over. */
    void post(Runnable task) {
        tasks.add(task);
        signal();
    }

    /** Has something done, and waits for its result. An interrupt is kept for later. */
    <R extends @Nullable Object> R ask(Supplier<R> question) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        post(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
            work.signal();
        });
        if (!awaitCalmly(answer)) {
            throw unanswered();
        }
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ParleyException p ? p : unexpected(String.valueOf(e.getCause()), e);
        }
    }

    private ParleyException unanswered() {
        ParleyException why = broken;
        if (why != null) {
            return why;
        }
        return over
                ? new ParleyException(ErrorCode.CLOSED, "the data directory is closed")
                : new ParleyException(
                        ErrorCode.TIMEOUT,
                        "the disk did not answer within " + TimeUnit.NANOSECONDS.toSeconds(ANSWER) + " s");
    }

    /** For what no disk and no user brings about. */
    static ParleyException unexpected(String what, Throwable cause) {
        return new ParleyException(
                ErrorCode.INTERNAL,
                "the journal failed: " + what + "; what is visible is still sent, open the node again to go on",
                cause);
    }

    /** Whether the thread is over: nothing that is handed over is done. */
    boolean isOver() {
        return over;
    }

    private boolean awaitCalmly(CompletableFuture<?> answer) {
        long deadline = runtime.clock().nanos() + ANSWER;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    runtime.await(
                            work,
                            () -> answer.isDone() || over,
                            deadline - runtime.clock().nanos());
                    return answer.isDone();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends the thread once all that was handed over is done; waits for that, at most so long. */
    void close(long nanos) {
        closing = true;
        signal();
        worker.join(nanos);
    }

    // the thread

    private void run() {
        try {
            while (!closing || !tasks.isEmpty() || !dirty.isEmpty()) {
                awaitWork();
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                long now = runtime.clock().nanos();
                for (Files files : ready(now)) {
                    commit(files, now);
                }
            }
        } catch (RuntimeException | Error e) {
            ParleyException why = unexpected(e.toString(), e);
            broken = why;
            onBroken.accept(why);
        } finally {
            over = true;
            work.signal();
        }
    }

    private void awaitWork() {
        long next = due.values().stream().mapToLong(t -> t).min().orElse(Long.MAX_VALUE);
        long pause = next == Long.MAX_VALUE ? next : next - runtime.clock().nanos();
        try {
            runtime.await(work, () -> woken || closing, pause);
        } catch (InterruptedException e) {
            // nobody has reason to interrupt this thread, and nothing here can do better than go on
        }
        woken = false;
    }

    private Set<Files> ready(long now) {
        Set<Files> ready = new LinkedHashSet<>();
        for (Files files = dirty.poll(); files != null; files = dirty.poll()) {
            ready.add(files);
        }
        due.forEach((files, time) -> {
            if (time <= now) {
                ready.add(files);
            }
        });
        return ready;
    }

    private void commit(Files files, long now) {
        long again = files.commit(now);
        if (again == Long.MAX_VALUE) {
            due.remove(files);
        } else {
            due.put(files, again);
        }
    }

    /** These are closed. On the thread of the committer. */
    void forget(Files files) {
        due.remove(files);
    }
}
