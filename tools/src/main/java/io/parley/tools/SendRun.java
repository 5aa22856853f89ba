package io.parley.tools;

import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Sender;
import io.parley.core.Stage;
import io.parley.core.channel.Mode;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.node.ExitCode;
import io.parley.tools.text.Json;
import io.parley.tools.text.LineSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends everything, and waits until the mode's promise is kept for each message. */
final class SendRun {
    /** There is no limit to how long others may take; whoever runs the command ends it. */
    static final Duration FOR_EVER = Duration.ofDays(365);

    private final Sender<byte[]> sender;
    private final Mode mode;
    private final Function<byte[], Outgoing<byte[]>> template;
    private final Pace pace;
    private final AtomicLong failed = new AtomicLong();
    private volatile long sent;
    private volatile boolean all;

    SendRun(Sender<byte[]> sender, Mode mode, Function<byte[], Outgoing<byte[]>> template, Pace pace) {
        this.sender = sender;
        this.mode = mode;
        this.template = template;
        this.pace = pace;
    }

    /** Sends; prints nothing but failures. */
    int plain(Payloads payloads) throws IOException {
        for (byte[] payload = payloads.next(); payload != null; payload = payloads.next()) {
            pace.await();
            sender.send(template.apply(payload));
            sent++;
        }
        sender.flush(FOR_EVER);
        return over();
    }

    /** Sends; prints each message once it is confirmed, in the order in which that happens. */
    int confirmed(Payloads payloads, LineSink out) throws IOException {
        Stage stage = mode == Mode.BEST_EFFORT ? Stage.ACCEPTED : Stage.PROCESSED;
        Outstanding outstanding = new Outstanding();
        for (byte[] payload = payloads.next(); payload != null; payload = payloads.next()) {
            pace.await();
            byte[] message = payload;
            outstanding.one();
            outstanding.settledBy(sender.sendAsync(template.apply(message), stage)
                    .whenComplete((receipt, error) -> print(message, receipt, error, out)));
            sent++;
        }
        sender.flush(FOR_EVER);
        outstanding.await();
        return over();
    }

    private void print(byte[] payload, @Nullable Receipt receipt, @Nullable Throwable error, LineSink out) {
        if (receipt != null) {
            out.line(Json.object()
                    .payload(payload)
                    .put("id", receipt.id().toString())
                    .put("stage", receipt.stage().name())
                    .put("by", receipt.by())
                    .toString());
        } else {
            failed(error instanceof CompletionException wrapped ? wrapped.getCause() : error);
        }
    }

    private void failed(@Nullable Throwable error) {
        String text = error instanceof ParleyException known
                ? known.code() + ": " + known.getMessage()
                : ErrorCode.INTERNAL + ": " + error;
        failed(text);
    }

    /** Counts a message that will not get there, and says so. */
    void failed(String text) {
        failed.incrementAndGet();
        System.err.println(text);
    }

    private int over() {
        all = true;
        long dropped = sender.stats().dropped();
        String rest =
                dropped == 0 ? "" : ", " + dropped + " of them dropped for want of room: receivers were told of a gap";
        System.err.println("sent " + sent + " messages" + rest);
        return failed.get() == 0 ? ExitCode.SUCCESS : ExitCode.FAILURE;
    }

    /**
     * How it stands when a signal ended it.
     *
     * @param lost messages that were not settled in time
     */
    int interrupted(long lost) {
        if (all && lost == 0) {
            return failed.get() == 0 ? ExitCode.SUCCESS : ExitCode.FAILURE;
        }
        System.err.println(ErrorCode.INTERRUPTED + ": ended by a signal after " + sent + " messages, " + lost
                + " of them not known to be settled");
        return ExitCode.FAILURE;
    }

    /** Counts what is out. */
    private static final class Outstanding {
        private long out;
        private @Nullable UncheckedIOException broken;

        synchronized void one() {
            out++;
        }

        /** The future fails with the message, which is told already, or since nobody reads what is printed any more. */
        void settledBy(CompletableFuture<Receipt> printed) {
            CompletableFuture<Receipt> unused = printed.whenComplete((receipt, error) ->
                    settled(error instanceof CompletionException wrapped ? wrapped.getCause() : error));
        }

        private synchronized void settled(@Nullable Throwable error) {
            out--;
            if (error instanceof UncheckedIOException failure) {
                broken = failure;
            }
            notifyAll();
        }

        synchronized void await() {
            boolean interrupted = false;
            while (out > 0 && broken == null && !interrupted) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (broken != null) {
                throw broken;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
                throw new ParleyException(ErrorCode.INTERRUPTED, "interrupted while messages were out");
            }
        }
    }
}
