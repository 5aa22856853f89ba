package io.parley.tools.bench;

import io.parley.tools.process.Report;
import io.parley.tools.text.Json;
import io.parley.tools.text.JsonReader;
import java.util.Map;

/**
 * What both sides reported.
 *
 * @param sender what the sender used
 * @param receivers what the receivers used, all processes together
 * @param sent the sender's report, in which a side may put figures of its own
 */
public record Outcome(Side sender, Side receivers, Map<String, Object> sent) {
    /** Before any report. */
    public static final Outcome NONE = new Outcome(Side.NONE, Side.NONE, Map.of());

    /**
     * What the processes of a side did while they were measured.
     *
     * @param messages how many went through them
     * @param perSecond the sum of their rates
     * @param cpuNanos in sum
     * @param allocated bytes in sum
     */
    public record Side(double messages, double perSecond, double cpuNanos, double allocated) {
        static final Side NONE = new Side(0, 0, 0, 0);

        Side plus(Map<String, Object> report) {
            double more = JsonReader.number(report, "messages");
            return new Side(
                    messages + more,
                    perSecond + more * 1e9 / Math.max(1, JsonReader.number(report, "nanos")),
                    cpuNanos + JsonReader.number(report, "cpuNanos"),
                    allocated + JsonReader.number(report, "allocated"));
        }

        /** Microseconds of processor time per message. */
        public double cpuMicros() {
            return cpuNanos / 1e3 / Math.max(1, messages);
        }

        /** Bytes allocated per message. */
        public double allocatedBytes() {
            return allocated / Math.max(1, messages);
        }
    }

    /** With one more report. */
    public Outcome plus(Map<String, Object> report) {
        return JsonReader.text(report, Report.EVENT).equals("sent")
                ? new Outcome(sender.plus(report), receivers, report)
                : new Outcome(sender, receivers.plus(report), sent);
    }

    /** As one line, for one way work. */
    public Json line(Work work) {
        double perSecond = receivers.perSecond() / work.receivers();
        long messages = Math.round(receivers.messages() / work.receivers());
        return Json.object()
                .put("work", work.pattern().name())
                .put("mode", work.mode().toString())
                .put("size", work.size())
                .put("messages", messages)
                .put("peers", work.receivers())
                .put("seconds", messages / perSecond)
                .put("messagesPerSecond", Math.round(perSecond))
                .put("deliveredPerSecond", Math.round(receivers.perSecond()))
                .put(
                        "cpuMicrosPerMessage",
                        Json.object().put("sender", sender.cpuMicros()).put("receiver", receivers.cpuMicros()))
                .put(
                        "allocatedBytesPerMessage",
                        Json.object()
                                .put("sender", sender.allocatedBytes())
                                .put("receiver", receivers.allocatedBytes()))
                .put("transport", work.transport());
    }
}
