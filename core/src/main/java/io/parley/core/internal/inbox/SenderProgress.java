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
