package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Death;
import io.parley.core.log.Log;
import io.parley.core.log.Record;
import io.parley.core.log.Segment;
import io.parley.core.spi.DeadRecord;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.OutletListener;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.protocol.DeadLetterBox.Letter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Messages that a queue gave up, on their way to the end. Where dead letters are kept, one is settled, told and let go of only
 * once it is kept for ever: so a crash finds it in the queue, or there, or in both, and then it is settled.
 *
 * <pre>
 *   given up ──▶ kept, in the background ──▶ settled in the ledger, told, gone from the log
 * </pre>
 */
final class Burials {
    private record Burial(long ticket, Letter letter) {}

    private static final String OVERDUE = "its time to live was over";

    private final Log log;
    private final Settlements settlements;
    private final Tries tries;
    private final @Nullable DeadLetterBox box;
    private final OutletListener listener;
    private final ArrayDeque<Burial> open = new ArrayDeque<>();
    private final TreeSet<Long> openLsns = new TreeSet<>();
    private long dead;

    Burials(Log log, Settlements settlements, @Nullable DeadLetterBox box, OutletListener listener) {
        this.log = log;
        this.settlements = settlements;
        tries = settlements.tries();
        this.box = box;
        this.listener = listener;
    }

    /** Messages given up in this run; those that expired are not counted. */
    long dead() {
        return dead;
    }

    /** Messages that are kept. */
    long kept() {
        return box == null ? 0 : box.count();
    }

    /** A message is given up that was looked at. */
    void bury(Job job, Death.Reason reason, long now) {
        String cause = reason == Death.Reason.EXPIRED ? OVERDUE : job.lastCause;
        Death death = new Death(reason, tries.at(now), job.attempts, job.deaths, cause, job.failures);
        bury(new Letter(new Position(job.epoch, job.lsn), job.in(), job.offset, death));
    }

    /** A message that was not looked at has outlived its time. */
    void expired(Position id, Segment in, int at, long now) {
        bury(new Letter(id, in, at, new Death(Death.Reason.EXPIRED, tries.at(now), 0, 0, OVERDUE, List.of())));
    }

    private void bury(Letter letter) {
        DeadLetterBox to = box;
        if (to == null) {
            finish(letter);
            return;
        }
        settlements.doubt(letter.id().lsn());
        openLsns.add(letter.id().lsn());
        open.addLast(new Burial(to.keep(letter), letter));
    }

    /** Ends what is kept by now. */
    void turn() {
        DeadLetterBox from = box;
        if (from == null || open.isEmpty()) {
            return;
        }
        long kept = from.keptUpTo();
        while (!open.isEmpty() && open.getFirst().ticket <= kept) {
            Letter letter = open.removeFirst().letter;
            openLsns.remove(letter.id().lsn());
            finish(letter);
        }
    }

    /** The first message that was given up and is not kept yet, or this one. */
    long firstOpen(long low) {
        return openLsns.isEmpty() ? low : Math.min(low, openLsns.first());
    }

    private void finish(Letter letter) {
        Position id = letter.id();
        Segment in = letter.in();
        boolean expired = letter.death().reason() == Death.Reason.EXPIRED;
        settlements.settled(id.epoch(), id.lsn(), expired ? Ledger.End.EXPIRED : Ledger.End.DEAD);
        if (expired) {
            listener.expired(id.lsn());
        } else {
            dead++;
            ByteBuffer bytes = Record.view(in.buffer());
            bytes.position(letter.offset()).limit(letter.offset() + letter.length());
            listener.dead(new DeadRecord(id.epoch(), bytes, letter.death()));
        }
        log.settle(in, 1);
    }
}
