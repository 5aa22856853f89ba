package io.parley.reliability.internal.protocol;

import java.util.Arrays;

/**
 * Which session number stands for which message: runs of numbers that follow one another and so do their lsns, and GAPs. A
 * session without a filter needs one entry however much is on its way; a sparse one needs an entry for each message. Bounded
 * by the credit of its session.
 *
 * <pre>
 *   number   1 … 40      41            42 … 45
 *   lsn      7 … 46      47‥90 (GAP)   91 … 94
 * </pre>
 */
final class NumberRuns {
    /** Sees what is passed, in order. */
    interface Passed {
        /** Messages that follow one another, with their numbers. */
        void records(long firstNumber, long epoch, long fromLsn, long toLsn);

        /** A GAP up to this message. */
        void gap(long toEpoch, long toLsn);
    }

    private static final int INITIAL = 16;

    /** Of each run: first number, epoch, first lsn, last lsn; of a GAP the last one is its complement, so negative. */
    private static final int FIELDS = 4;

    private static final int NUMBER = 0;
    private static final int EPOCH = 1;
    private static final int LSN = 2;
    private static final int LAST = 3;

    private long[] fields = new long[INITIAL * FIELDS];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** The next number has an entry, and so on for as many. */
    void records(long number, long epoch, long lsn, int count) {
        if (size > 0) {
            int last = at(size - 1);
            boolean follows = fields[last + LAST] >= 0
                    && fields[last + EPOCH] == epoch
                    && fields[last + LAST] + 1 == lsn
                    && fields[last + NUMBER] + lsn - fields[last + LSN] == number;
            if (follows) {
                fields[last + LAST] = lsn + count - 1;
                return;
            }
        }
        add(number, epoch, lsn, lsn + count - 1);
    }

    /** The next number is a GAP over these messages. */
    void gap(long number, long epoch, long fromLsn, long toLsn) {
        add(number, epoch, fromLsn, ~toLsn);
    }

    private void add(long number, long epoch, long lsn, long last) {
        if (size * FIELDS == fields.length) {
            grow();
        }
        int at = at(size++);
        fields[at + NUMBER] = number;
        fields[at + EPOCH] = epoch;
        fields[at + LSN] = lsn;
        fields[at + LAST] = last;
    }

    private int at(int index) {
        return (head + index) * FIELDS & fields.length - 1;
    }

    private void grow() {
        int start = at(0);
        long[] larger = Arrays.copyOf(Arrays.copyOfRange(fields, start, fields.length), 2 * fields.length);
        System.arraycopy(fields, 0, larger, fields.length - start, start);
        fields = larger;
        head = 0;
    }

    private void dropFirst() {
        head = head + 1 & fields.length / FIELDS - 1;
        size--;
    }

    /** Passes everything up to this number. */
    void passNumbers(long upTo, Passed passed) {
        while (size > 0) {
            int first = at(0);
            long number = fields[first + NUMBER];
            if (number > upTo) {
                return;
            }
            long epoch = fields[first + EPOCH];
            long lsn = fields[first + LSN];
            long last = fields[first + LAST];
            if (last < 0) {
                dropFirst();
                passed.gap(epoch, ~last);
            } else if (number + last - lsn <= upTo) {
                dropFirst();
                passed.records(number, epoch, lsn, last);
            } else {
                long next = lsn + upTo - number + 1;
                fields[first + NUMBER] = upTo + 1;
                fields[first + LSN] = next;
                passed.records(number, epoch, lsn, next - 1);
                return;
            }
        }
    }

    /** Passes the messages up to this one that were sent; where lsns rise, as in a topic's session. */
    void passMessages(long upToLsn, Passed passed) {
        while (size > 0) {
            int first = at(0);
            if (fields[first + LSN] > upToLsn) {
                return;
            }
            long last = fields[first + LAST];
            long more = last < 0 ? 0 : Math.min(last, upToLsn) - fields[first + LSN];
            passNumbers(fields[first + NUMBER] + more, passed);
        }
    }

    /** The oldest number that was not passed; only when not empty. */
    long firstNumber() {
        return fields[at(0) + NUMBER];
    }

    /** The lsn of the oldest message that was not passed. */
    long firstLsn() {
        return fields[at(0) + LSN];
    }
}
