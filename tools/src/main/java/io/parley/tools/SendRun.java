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
    private volatile boolean journaled;

    SendRun(Sender<byte[]> sender, Mode mode, Function<byte[], Outgoing<byte[]>> template, Pace pace) {
        this.sender = sender;
        this.mode = mode;
        this.template = template;
        this.pace = pace;
    }

    /** Whether a sender that has everything in its journal stays until all is processed. */
    @FunctionalInterface
    interface Stay {
        /** Asked when all is in the journal. May wait for a moment. */
        boolean untilProcessed() throws InterruptedException;
    }

    /**
     * Sends everything, and waits until the mode's promise is kept.
     *
     * @param out gets each message once it is confirmed, in the order in which that happens; null prints only failures
     * @param stay of a DURABLE sender
     */
    int all(Payloads payloads, @Nullable LineSink out, Stay stay) throws IOException, InterruptedException {
        if (mode == Mode.DURABLE) {
            confirmed(payloads, out);
            journaled = failed.get() == 0;
            if (journaled && stay.untilProcessed()) {
                sender.flush(Stage.PROCESSED, FOR_EVER);
            }
        } else if (out == null) {
            plain(payloads);
        } else {
            confirmed(payloads, out);
            sender.flush(FOR_EVER);
        }
        return over();
    }

    private void plain(Payloads payloads) throws IOException {
        for (byte[] payload = payloads.next(); payload != null; payload = payloads.next()) {
            pace.await();
            sender.send(template.apply(payload));
            sent++;
        }
        sender.flush(FOR_EVER);
    }

    private void confirmed(Payloads payloads, @Nullable LineSink out) throws IOException {
        Outstanding outstanding = new Outstanding();
        for (byte[] payload = payloads.next(); payload != null; payload = payloads.next()) {
            pace.await();
            byte[] message = payload;
            outstanding.one();
            outstanding.settledBy(sender.sendAsync(template.apply(message), confirmation())
                    .whenComplete((receipt, error) -> confirmed(message, receipt, error, out)));
            sent++;
        }
        outstanding.await();
    }

    /** What confirms a message. */
    private Stage confirmation() {
        return switch (mode) {
            case BEST_EFFORT -> Stage.ACCEPTED;
            case RELIABLE -> Stage.PROCESSED;
            case DURABLE -> Stage.JOURNALED;
        };
    }

    private void confirmed(
            byte[] payload, @Nullable Receipt receipt, @Nullable Throwable error, @Nullable LineSink out) {
        if (receipt == null) {
            failed(error instanceof CompletionException wrapped ? wrapped.getCause() : error);
        } else if (out != null) {
            print(payload, receipt, out);
        }
    }

    private static void print(byte[] payload, Receipt receipt, LineSink out) {
        out.line(Json.object()
                .payload(payload)
                .put("id", receipt.id().toString())
                .put("stage", receipt.stage().name())
                .put("by", receipt.by())
                .toString());
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
        String rest = journaled
                ? "; all are in the journal, not all are known to be processed"
                : ", " + lost + " of them not known to be settled";
        System.err.println(ErrorCode.INTERRUPTED + ": ended by a signal after " + sent + " messages" + rest);
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
