package io.parley.tools.node;

import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a command in order when a signal comes (SIGINT, SIGTERM): what the command opened is closed, then the process ends
 * with the exit code that the command gives. A signal that comes while the command still opens waits for it. One a process.
 */
public final class Ending implements AutoCloseable {
    /** A command that takes longer to open is ended as it is. */
    private static final long OPENING = TimeUnit.SECONDS.toNanos(2);

    private static final Ending THE_ONLY = new Ending();

    // guarded by this
    private @Nullable IntSupplier end;
    private boolean over;
    private boolean signalled;

    private Ending() {}

    /** Signals are minded from now on, until {@link #disarm}. Called once, before anything can be interrupted. */
    public static void arm() {
        Runtime.getRuntime().addShutdownHook(new Thread(THE_ONLY::signalled, "parley-signal"));
    }

    /** The command is over: the process ends by itself. */
    public static void disarm() {
        THE_ONLY.close();
    }

    /**
     * From now until {@link #close}, a signal runs this and ends the process.
     *
     * @param end closes what is open, and gives the exit code
     */
    public static Ending onSignal(IntSupplier end) {
        THE_ONLY.begin(end);
        return THE_ONLY;
    }

    private synchronized void begin(IntSupplier what) {
        end = what;
        notifyAll();
    }

    private void signalled() {
        IntSupplier action = await();
        if (action == null) {
            return;
        }
        int code = ExitCode.FAILURE;
        try {
            code = action.getAsInt();
        } catch (RuntimeException e) {
            System.err.println("INTERNAL: " + e);
        }
        // Otherwise the exit code would be 128 and the signal's number, whatever came of the command.
        Runtime.getRuntime().halt(code);
    }

    /** What to do, once the command has said so; null when it is over, or does not come to say so. */
    private synchronized @Nullable IntSupplier await() {
        long deadline = System.nanoTime() + OPENING;
        try {
            for (long left = OPENING; end == null && !over && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
            }
        } catch (InterruptedException e) {
            return null;
        }
        if (over) {
            return null;
        }
        over = true;
        signalled = end != null;
        return end;
    }

    /** Whether a signal is ending the process: then errors of what was closed under a command's feet are none. */
    public static boolean bySignal() {
        synchronized (THE_ONLY) {
            return THE_ONLY.signalled;
        }
    }

    @Override
    public synchronized void close() {
        over = true;
        notifyAll();
    }
}
