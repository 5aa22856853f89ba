package io.parley.core.internal.inbox;

import io.parley.core.identity.Run;
import io.parley.core.wire.Position;

/**
 * The last message of one sender that a reader handled. Written by the one thread that handles; read by the loop, which may
 * see an older place, never a newer one: then a message comes again, and is found to have been handled when its turn comes.
 */
final class SenderProgress {
    private final Run run;
    private volatile long epoch;
    private volatile long lsn;
    private long entry;

    SenderProgress(Run run) {
        this.run = run;
    }

    /** The run of the sender that this belongs to. */
    Run run() {
        return run;
    }

    boolean covers(long recordEpoch, long recordLsn) {
        int byEpoch = Long.compareUnsigned(recordEpoch, epoch);
        return byEpoch < 0 || byEpoch == 0 && Long.compareUnsigned(recordLsn, lsn) <= 0;
    }

    void advance(long recordEpoch, long recordLsn) {
        if (recordEpoch != epoch) {
            lsn = 0; // before the epoch: a reader in between sees too little, not too much
            epoch = recordEpoch;
        }
        lsn = recordLsn;
    }

    /** The reader's journal has it written down in this entry. */
    void entry(long number) {
        entry = number;
    }

    /** The entry of the reader's journal that says so, and all before it; 0 for none of this run. */
    long entry() {
        return entry;
    }

    /** What is known from elsewhere, by this entry: from an earlier run, or another reader of that name. */
    void raise(Position known, long knownEntry) {
        if (!covers(known.epoch(), known.lsn())) {
            advance(known.epoch(), known.lsn());
            entry = knownEntry;
        }
    }

    Position position() {
        long before;
        long place;
        do {
            before = epoch;
            place = lsn;
        } while (before != epoch);
        return new Position(before, place);
    }
}
