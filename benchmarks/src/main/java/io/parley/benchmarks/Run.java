package io.parley.benchmarks;

import io.parley.tools.bench.Outcome;
import io.parley.tools.bench.Work;
import io.parley.tools.text.Json;
import io.parley.tools.text.JsonReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of a row by a contender.
 *
 * @param round the round it belongs to
 * @param perSecond messages delivered, over all receivers; in logs: written
 * @param sender what the sender used, per message
 * @param receiver what the receivers used, per message
 * @param latency of round trips
 */
record Run(
        int round,
        double perSecond,
        Used sender,
        Used receiver,
        @Nullable Latency latency) {
    /** What a row's first figure says. */
    enum Unit {
        /** More is better. */
        PER_SECOND,
        /** Less is better. */
        MICROS
    }

    /** Per message: processor time in microseconds, and bytes. */
    record Used(double cpuMicros, double allocated) {
        static Used of(Outcome.Side side) {
            return new Used(side.cpuMicros(), side.allocatedBytes());
        }
    }

    /** Of round trips, in microseconds. */
    record Latency(double p50, double p99, double p999) {
        static @Nullable Latency of(Map<String, Object> report) {
            return report.containsKey("p50")
                    ? new Latency(
                            JsonReader.number(report, "p50"),
                            JsonReader.number(report, "p99"),
                            JsonReader.number(report, "p999"))
                    : null;
        }
    }

    static Run of(int round, Work work, Outcome outcome) {
        double perSecond = (work.alone() ? outcome.sender() : outcome.receivers()).perSecond();
        return new Run(
                round, perSecond, Used.of(outcome.sender()), Used.of(outcome.receivers()), Latency.of(outcome.sent()));
    }

    /** The figure that contenders are compared by. */
    double figure() {
        return latency == null ? perSecond : latency.p50();
    }

    double p99() {
        return latency == null ? Double.NaN : latency.p99();
    }

    double p999() {
        return latency == null ? Double.NaN : latency.p999();
    }

    Unit unit() {
        return latency == null ? Unit.PER_SECOND : Unit.MICROS;
    }

    /** As a line of a file. */
    Json line(String workload, String contender) {
        Json line = Json.object()
                .put("row", workload)
                .put("contender", contender)
                .put("round", round)
                .put("perSecond", perSecond)
                .put("senderCpu", sender.cpuMicros())
                .put("senderBytes", sender.allocated())
                .put("receiverCpu", receiver.cpuMicros())
                .put("receiverBytes", receiver.allocated());
        return latency == null
                ? line
                : line.put("p50", latency.p50()).put("p99", latency.p99()).put("p999", latency.p999());
    }

    /** From a line of a file. */
    static Run of(Map<String, Object> line) {
        return new Run(
                (int) JsonReader.number(line, "round"),
                JsonReader.number(line, "perSecond"),
                new Used(JsonReader.number(line, "senderCpu"), JsonReader.number(line, "senderBytes")),
                new Used(JsonReader.number(line, "receiverCpu"), JsonReader.number(line, "receiverBytes")),
                Latency.of(line));
    }
}
