package io.parley.tools.node;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * Ends a command in order when a signal comes (SIGINT, SIGTERM): what the command opened is closed, then the process ends
 * with the exit code that the command gives. One at a time.
 */
public final class Ending implements AutoCloseable {
    private static final AtomicBoolean SIGNALLED = new AtomicBoolean();

    private final AtomicBoolean over = new AtomicBoolean();

    private Ending() {}

    /**
     * From now until {@link #close}, a signal runs this and ends the process.
     *
     * @param end closes what is open, and gives the exit code
     */
    public static Ending onSignal(IntSupplier end) {
        Ending ending = new Ending();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ending.signalled(end), "parley-signal"));
        return ending;
    }

    private void signalled(IntSupplier end) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        SIGNALLED.set(true);
        int code = ExitCode.FAILURE;
        try {
            code = end.getAsInt();
        } catch (RuntimeException e) {
            System.err.println("INTERNAL: " + e);
        }
        // Otherwise the exit code would be 128 and the signal's number, whatever came of the command.
        Runtime.getRuntime().halt(code);
    }

    /** Whether a signal is ending the process: then errors of what was closed under a command's feet are none. */
    public static boolean bySignal() {
        return SIGNALLED.get();
    }

    @Override
    public void close() {
        over.set(true);
    }
}
