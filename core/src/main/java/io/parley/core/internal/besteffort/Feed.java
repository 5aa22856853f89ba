package io.parley.core.internal.besteffort;

import io.parley.core.channel.Filter;
import io.parley.core.internal.inbox.Inbox;
import java.util.Arrays;

/** One subscription to a best effort topic, or the member of a best effort queue: what it wants, and how much may wait for it. */
final class Feed {
    /**
     * The most bytes of frames that may wait for one subscription to a topic, whoever sends them: what another one is faster with
     * is granted for both. A member of a queue waits for nobody but itself, and its senders' windows bound it.
     */
    static final long MOST_BYTES = 64L << 20;

    private final Inbox inbox;
    private final Filter filter;
    private final long mostBytes;
    private int[] offsets = new int[64];
    private int picked;

    private Feed(Inbox inbox, Filter filter, long mostBytes) {
        this.inbox = inbox;
        this.filter = filter;
        this.mostBytes = mostBytes;
    }

    static Feed subscription(Inbox inbox, Filter filter) {
        return new Feed(inbox, filter, Math.max(MOST_BYTES, 2 * inbox.window().bytes()));
    }

    static Feed member(Inbox inbox) {
        return new Feed(inbox, Filter.ALL, Long.MAX_VALUE);
    }

    Inbox inbox() {
        return inbox;
    }

    Filter filter() {
        return filter;
    }

    /** Whether so much waits that nothing more is put into its inbox. */
    boolean full() {
        return inbox.waiting() > inbox.window().messages() || inbox.waitingBytes() > mostBytes;
    }

    /** It wants the record that begins here; returns whether it is the first of its frame. */
    boolean pick(int offset) {
        if (picked == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * picked);
        }
        offsets[picked++] = offset;
        return picked == 1;
    }

    /** What it wants of the frame. */
    int[] takePicked() {
        int[] all = Arrays.copyOf(offsets, picked);
        picked = 0;
        return all;
    }
}
