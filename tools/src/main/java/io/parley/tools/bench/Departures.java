package io.parley.tools.bench;

import io.parley.tools.process.Report;
import io.parley.tools.text.Json;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Numbers what a side sends, says which is the last, and reports what that took. Belongs to one thread at a time. */
public final class Departures {
    private final int size;
    private final long first;
    private final Course course;
    private Usage before = Usage.now();
    private long measuredFrom;
    private long next;
    private boolean ended;

    /** Of this work; the time runs from here on. */
    public Departures(Work work) {
        this(work, 0);
    }

    /** Of one of several senders of this work. */
    public Departures(Work work, int sender) {
        this.size = work.size();
        this.first = Payload.first(sender);
        this.course = new Course(work.extent());
    }

    /** Where a side hands a message to its medium. */
    @FunctionalInterface
    public interface Medium {
        /** Sends a message, whose bytes are the medium's from here on if the side asked for fresh ones. */
        void send(byte[] message) throws Exception;
    }

    /** Whether each message needs bytes of its own. */
    public enum Bytes {
        /** They are the medium's once they are sent. */
        FRESH,
        /** The medium copies them. */
        REUSED
    }

    /** Tells the driver where receivers find this side. */
    public static void listening(String address) {
        Report.send(Report.event("listening").put("address", address));
    }

    /** Sends all. */
    public void send(Bytes bytes, Medium medium) throws Exception {
        byte[] message = new byte[size];
        while (more()) {
            if (bytes == Bytes.FRESH) {
                message = new byte[size];
            }
            write(message);
            medium.send(message);
        }
    }

    /** There is as much to send once more: what is measured then is another run. */
    public void again() {
        course.again(next);
        measuredFrom = 0;
        ended = false;
    }

    /** Whether some are still to be sent. */
    public boolean more() {
        return !ended;
    }

    /** Makes this the next message. */
    public void write(byte[] message) {
        long number = next++;
        course.rest(number);
        long mark = first + number;
        if (course.begins(number)) {
            before = Usage.now();
            measuredFrom = number;
            mark = Payload.firstMeasured(mark);
        }
        ended = course.ends(number);
        Payload.write(message, ended ? Payload.last(mark) : mark);
    }

    /** The number of the first message that is measured; 0 while that is not known. */
    public long measuredFrom() {
        return measuredFrom;
    }

    /** The report that all is sent, and what it took: to be completed and sent by the side. */
    public Json sent() {
        return sent(List.of(this));
    }

    /** The report of several senders of one process, from when the first of them began to measure. */
    public static Json sent(Collection<Departures> all) {
        Usage first = all.stream()
                .map(one -> one.before)
                .min(Comparator.comparingLong(Usage::nanos))
                .orElseThrow();
        long messages =
                all.stream().mapToLong(one -> one.next - one.measuredFrom).sum();
        return Usage.now().minus(first).report("sent").put("messages", messages);
    }
}
