package io.parley.benchmarks;

import io.parley.tools.bench.Payload;
import io.parley.tools.bench.Usage;
import io.parley.tools.bench.Work;
import io.parley.tools.process.Report;

/** Checks what a contender receives, and reports when all of it is there. Belongs to one thread. */
final class Arrivals {
    private final Work work;
    private Usage before = Usage.now();
    private long expected;

    Arrivals(Work work) {
        this.work = work;
    }

    /** Takes the next message. */
    void take(byte[] message) {
        if (message.length != work.size() || !Payload.is(message, expected)) {
            Report.send(Report.event("wrong").put("detail", "message " + expected + " was expected"));
            throw new IllegalStateException("message " + expected + " was expected");
        }
        if (expected == work.first()) {
            before = Usage.now();
        }
        expected++;
        if (!more()) {
            Report.send(Usage.now().minus(before).report("received"));
        }
    }

    /** Whether some are still to come. */
    boolean more() {
        return expected < work.messages();
    }
}
