package io.parley.reliability.internal.protocol;

import io.parley.core.wire.Credit;

/** How much a session's member holds, and how much it has allowed. */
final class Holdings {
    private long received;
    private long receivedBytes;
    private int count;
    private long bytes;
    private Credit granted = new Credit(0, 0);
    private boolean grantMore;
    private long extraBytes;

    /** The session's first item will have the number that follows. */
    void begin(long number) {
        received = number;
    }

    /** The number that arrived last. */
    long received() {
        return received;
    }

    void arrived(int messages, int length) {
        received += messages;
        receivedBytes += length;
        count += messages;
        bytes += length;
    }

    /** A gap arrived; returns its number. */
    long gap() {
        return ++received;
    }

    /** A message was answered, or dropped. */
    void over(int length) {
        count--;
        bytes -= length;
    }

    /** All but so many were dropped with the session. */
    void only(int left) {
        count = left;
    }

    int count() {
        return count;
    }

    Credit granted() {
        return granted;
    }

    /** What may be sent: so much that no more is held than the window. Numbers that are over make room for others. */
    Credit credit(int window, long windowBytes) {
        long more = window == 0 ? 0 : windowBytes;
        return granted.max(new Credit(received - count + window, receivedBytes - bytes + more + extraBytes));
    }

    boolean worthGranting(Credit credit, int window) {
        long more = credit.number() - granted.number();
        return grantMore && !credit.equals(granted) || more > 0 && 4 * more >= window;
    }

    /** This is granted. */
    Credit grant(Credit credit) {
        granted = credit;
        grantMore = false;
        return credit;
    }

    /** A slot that hung is free again: the sender, to which we gave messages back, is to notice. */
    void slotFree() {
        extraBytes++;
        grantMore = true;
    }
}
