package io.parley.tools.bench;

import io.parley.tools.process.Report;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Checks every message that the readers of a process get, and reports when all have got theirs, or what is wrong; then the
 * same for what is sent {@link Departures#again again}.
 */
public final class Arrivals {
    private final Work work;
    private final int readers;
    private final AtomicInteger reading;
    private final AtomicLong measured = new AtomicLong();
    private final AtomicReference<@Nullable Usage> before = new AtomicReference<>();
    private final AtomicBoolean wrong = new AtomicBoolean();
    private volatile Runnable onWrong = () -> {};

    /** Of so many readers. */
    public Arrivals(Work work, int readers) {
        this.work = work;
        this.readers = readers;
        this.reading = new AtomicInteger(readers);
    }

    /** What else to do when something is wrong, before it is told. */
    void onWrong(Runnable action) {
        onWrong = action;
    }

    /** Says what is wrong; only the first is told. */
    public void fail(String text) {
        if (wrong.compareAndSet(false, true)) {
            onWrong.run();
            Report.send(Report.event("wrong").put("detail", text));
        }
    }

    private void done(long messages) {
        measured.addAndGet(messages);
        if (reading.decrementAndGet() == 0 && !wrong.get()) {
            Usage now = Usage.now();
            reading.set(readers); // before the sender may be told to begin again
            Usage first = before.getAndSet(null);
            Report.send(
                    now.minus(first == null ? now : first).report("received").put("messages", measured.getAndSet(0)));
        }
    }

    /** One more reader, of everything that comes from one sender. */
    public Reader reader() {
        return new Reader(0);
    }

    /** A reader of everything that several senders of one process send: it takes what comes from each in its order. */
    public Consumer<byte[]> all() {
        List<Reader> bySender =
                IntStream.range(0, work.senders()).mapToObj(Reader::new).toList();
        return message -> {
            int sender = message.length < Payload.LEAST ? 0 : Payload.sender(message);
            bySender.get(Math.min(sender, bySender.size() - 1)).take(message);
        };
    }

    /** One who gets all messages. Belongs to one thread at a time. */
    public final class Reader {
        private final long first;
        private long expected;
        private long measuredFrom;
        private boolean ended;

        private Reader(int sender) {
            first = Payload.first(sender);
        }

        /** Takes the next message. */
        public void take(byte[] message) {
            long number = expected++;
            if (message.length != work.size() || !Payload.is(message, first + number)) {
                ended = true;
                fail("message " + number + " of " + work.size() + " bytes was expected, but came "
                        + (message.length < Payload.LEAST ? "none" : Payload.number(message)) + " of " + message.length
                        + " bytes");
                return;
            }
            if (Payload.isFirstMeasured(message)) {
                measuredFrom = number;
                before.compareAndSet(null, Usage.now());
            }
            if (Payload.isLast(message)) {
                ended = true;
                done(expected - measuredFrom);
            }
        }

        /** Whether some are still to come. */
        public boolean more() {
            return !ended;
        }
    }
}
