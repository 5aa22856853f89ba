package io.parley.benchmarks;

import io.parley.tools.bench.Payload;
import io.parley.tools.bench.Usage;
import io.parley.tools.bench.Work;
import io.parley.tools.process.Report;

/** Numbers what a contender sends, and reports what that took. */
final class Departures {
    private final Work work;

    Departures(Work work) {
        this.work = work;
    }

    /** Where a contender hands a message to its medium. */
    @FunctionalInterface
    interface Medium {
        /** Sends a message, which is the medium's from here on when the contender says so. */
        void send(byte[] message) throws Exception;
    }

    /** Whether each message needs bytes of its own. */
    enum Bytes {
        FRESH,
        REUSED
    }

    /** Tells the driver where receivers find this side. */
    void listening(String address) {
        Report.send(Report.event("listening").put("address", address));
    }

    /** Sends all. */
    Usage send(Bytes bytes, Medium medium) throws Exception {
        byte[] message = new byte[work.size()];
        Usage before = Usage.now();
        for (long number = 0; number < work.messages(); number++) {
            if (number == work.first()) {
                before = Usage.now();
            }
            if (bytes == Bytes.FRESH) {
                message = new byte[work.size()];
            }
            Payload.write(message, number);
            medium.send(message);
        }
        return before;
    }

    /** Reports what was used since then. */
    void sent(Usage before) {
        Report.send(Usage.now().minus(before).report("sent"));
    }
}
