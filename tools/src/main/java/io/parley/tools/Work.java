package io.parley.tools;

import io.parley.core.Message;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a worker of the command line does with a message: it fails the first attempts, takes a while, and runs a shell command.
 *
 * @param failFirst how many attempts of each message fail
 * @param handleMillis how long it takes
 * @param command what is run, or null
 */
record Work(int failFirst, long handleMillis, @Nullable String command) {
    void on(Message<byte[]> message) throws IOException, InterruptedException {
        pause(TimeUnit.MILLISECONDS.toNanos(handleMillis));
        if (message.attempt() <= failFirst) {
            throw new ParleyException(
                    ErrorCode.HANDLER_FAILED, "attempt " + message.attempt() + " fails as --fail-first wants it");
        }
        if (command != null) {
            run(command, message.value());
        }
    }

    private static void pause(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while at work");
            }
        }
    }

    /** What the command prints goes to standard error: standard output is for payloads. */
    private static void run(String command, byte[] payload) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of("/bin/sh", "-c", "exec 1>&2\n" + command))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(payload);
            } catch (IOException notRead) {
                // A command need not read its input: what counts is how it ends.
            }
            int code = process.waitFor();
            if (code != 0) {
                throw new ParleyException(ErrorCode.HANDLER_FAILED, "'" + command + "' ended with " + code);
            }
        } finally {
            process.destroy();
        }
    }
}
