package io.parley.benchmarks;

import io.parley.tools.bench.Departures;
import io.parley.tools.bench.Payload;
import io.parley.tools.bench.Work;
import io.parley.tools.process.Report;
import org.HdrHistogram.Histogram;

/**
 * What is under way to the other side and back, in order, and how long each took. Belongs to one thread at a time, that which
 * takes what comes back: the first message begins, and each that is back lets others begin.
 */
final class RoundTrips {
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private final Work work;
    private final Departures departures;
    private final long[] begun;
    private final Histogram nanos = new Histogram(LONGEST_NANOS, 3);
    private long sent;
    private long back;

    RoundTrips(Work work) {
        this.work = work;
        this.departures = new Departures(work);
        this.begun = new long[work.width()];
    }

    /** Whether another may begin. */
    boolean mayBegin() {
        return departures.more() && sent - back < begun.length;
    }

    /** Begins another: bytes of its own. */
    byte[] begin() {
        byte[] message = new byte[work.size()];
        departures.write(message);
        begun[(int) (sent++ % begun.length)] = System.nanoTime();
        return message;
    }

    /** As many are to go once more, when all are back. */
    void again() {
        departures.again();
        nanos.reset();
    }

    /** Whether some are still to begin or to come back. */
    boolean more() {
        return departures.more() || back < sent;
    }

    /** Takes what came back; reports when it was the last. */
    void back(byte[] message) {
        long now = System.nanoTime();
        long number = back++;
        if (message.length != work.size() || Payload.number(message) != number) {
            Report.send(Report.event("wrong").put("detail", "message " + number + " was expected back"));
            throw new IllegalStateException("message " + number + " was expected back");
        }
        if (departures.measuredFrom() > 0 && number >= departures.measuredFrom()) {
            nanos.recordValue(Math.min(LONGEST_NANOS, now - begun[(int) (number % begun.length)]));
        }
        if (!more()) {
            Report.send(departures
                    .sent()
                    .put("p50", nanos.getValueAtPercentile(50) / 1e3)
                    .put("p99", nanos.getValueAtPercentile(99) / 1e3)
                    .put("p999", nanos.getValueAtPercentile(99.9) / 1e3));
        }
    }
}
