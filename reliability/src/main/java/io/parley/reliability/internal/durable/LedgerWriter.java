package io.parley.reliability.internal.durable;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.log.Record;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.Ledger.Entry;
import io.parley.reliability.internal.journal.JournalLog;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Packs entries into the records of a ledger's log: many into one, runs of settled messages into one entry. */
final class LedgerWriter implements LedgerEntry.Visitor {
    private static final int RECORD = 16 * 1024;

    private record Kind(Ledger.End end, long epoch) {}

    private final JournalLog log;
    private final ByteBuffer payload = ByteBuffer.allocate(RECORD).order(ByteOrder.LITTLE_ENDIAN);
    private LedgerEntry.@Nullable Runs runs;
    private @Nullable Kind kind;
    private long from;
    private long to;

    LedgerWriter(JournalLog log) {
        this.log = log;
    }

    @Override
    public void entry(Entry entry) {
        if (entry instanceof Ledger.Settled one) {
            settled(one.end(), one.id().epoch(), one.id().lsn(), one.id().lsn());
            return;
        }
        endRuns();
        makeRoom();
        LedgerEntry.write(payload, entry);
    }

    @Override
    public void settled(Ledger.End end, long epoch, long first, long last) {
        Kind its = new Kind(end, epoch);
        if (its.equals(kind) && first == to + 1) {
            to = last;
            return;
        }
        endRun();
        if (!its.equals(kind) || first <= to) {
            runs = null;
        }
        kind = its;
        from = first;
        to = last;
    }

    private void endRun() {
        Kind its = kind;
        if (its == null) {
            return;
        }
        LedgerEntry.Runs into = runs;
        if (into == null || !into.hasRoom()) {
            makeRoom();
            into = new LedgerEntry.Runs(payload, its.end, its.epoch);
            runs = into;
        }
        into.run(from, to);
    }

    private void endRuns() {
        endRun();
        kind = null;
        runs = null;
    }

    private void makeRoom() {
        if (payload.remaining() < LedgerEntry.MOST) {
            append();
        }
    }

    /** Hands over what was given so far. */
    void finish() {
        endRuns();
        append();
    }

    private void append() {
        if (payload.position() == 0) {
            return;
        }
        int length = Record.FIXED + payload.position();
        ByteBuffer out = log.claim(length);
        if (out == null) {
            throw new ParleyException(
                    ErrorCode.DISK_FULL,
                    "a ledger holds " + log.usedBytes() + " bytes, its limit is " + log.capacity());
        }
        int at = out.position();
        payload.flip();
        out.position(at + Record.FIXED).put(payload);
        Record.writeShape(out, at, length, 0);
        Record.writePlace(out, at, log.nextLsn(), 0);
        log.commit(length);
        payload.clear();
        runs = null;
    }
}
