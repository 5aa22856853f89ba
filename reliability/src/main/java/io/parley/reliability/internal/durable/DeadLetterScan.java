package io.parley.reliability.internal.durable;

import io.parley.core.log.Record;
import io.parley.reliability.internal.durable.DeadLetterNote.Buried;
import io.parley.reliability.internal.durable.DeadLetterNote.Removed;
import java.nio.ByteBuffer;

/** Reads a log of dead letters from its beginning, and finds out which of them are still there. */
final class DeadLetterScan {
    private final DeadLetterIndex index;
    private long message;
    private int length;

    DeadLetterScan(DeadLetterIndex index) {
        this.index = index;
    }

    /** The next record. */
    void record(ByteBuffer b, int at) {
        long lsn = Record.lsn(b, at);
        if (!NoteBytes.isNote(b, at)) {
            message = lsn;
            length = Record.length(b, at);
            return;
        }
        DeadLetterNote note = NoteBytes.read(b, at);
        if (note instanceof Buried buried && message == lsn - 1) {
            int bytes = length + Record.length(b, at);
            long time = buried.death().at().toEpochMilli();
            index.put(new DeadLetterIndex.Entry(buried.id(), message, bytes, time));
        } else if (note instanceof Removed removed) {
            index.remove(removed.id());
        }
    }
}
