package io.parley.reliability.internal.durable;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Death;
import io.parley.core.channel.Kind;
import io.parley.core.log.Record;
import io.parley.core.spi.Ledger;
import io.parley.core.spi.Storage;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.durable.DeadLetterNote.Buried;
import io.parley.reliability.internal.journal.LogSurvey;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A look at the queues of a data directory, without opening them: reads all that is there. One thread. */
public final class QueueSurvey {
    private final Storage storage;

    /** Of this directory. */
    public QueueSurvey(Storage storage) {
        this.storage = storage;
    }

    /**
     * A queue as its files say it is.
     *
     * @param id which
     * @param waiting messages that are not settled
     * @param later how many of them wait for the time of their next try
     * @param failures how often these were tried in vain
     * @param oldest when the oldest of them was sent, in milliseconds since 1970; 0 when there is none
     * @param deadLetters messages that were given up
     */
    public record State(ChannelId id, long waiting, long later, long failures, long oldest, long deadLetters) {}

    /** Takes dead letters. */
    public interface Letters {
        /**
         * One letter.
         *
         * @param id of the message
         * @param records where it is, with another lsn than its own
         * @param at where it begins there
         * @param death why
         */
        void letter(Position id, ByteBuffer records, int at, Death death);
    }

    /** The queues that are here. */
    public List<ChannelId> queues() {
        return ChannelFile.all(storage).stream()
                .map(ChannelSettings::id)
                .filter(id -> id.kind() == Kind.QUEUE)
                .toList();
    }

    /** How a queue is. */
    public State state(ChannelId queue, long nowMillis) {
        Count count = new Count(ledger(queue), nowMillis);
        new LogSurvey(storage, "log-" + ChannelFiles.nameOf(queue)).read(count::record);
        return new State(
                queue,
                count.waiting,
                count.later,
                count.failures,
                count.oldest,
                index(queue).size());
    }

    private LedgerState ledger(ChannelId queue) {
        LedgerState state = new LedgerState();
        new LogSurvey(storage, "ledger-" + ChannelFiles.nameOf(queue)).read((records, at, epoch) -> {
            ByteBuffer b = Record.view(records);
            b.limit(at + Record.length(b, at)).position(Record.payload(b, at));
            LedgerEntry.read(b, state);
        });
        return state;
    }

    /** Counts messages that are not settled. */
    private static final class Count {
        private final LedgerState ledger;
        private final long now;
        private long waiting;
        private long later;
        private long failures;
        private long oldest;

        Count(LedgerState ledger, long now) {
            this.ledger = ledger;
            this.now = now;
        }

        void record(ByteBuffer b, int at, long epoch) {
            Position id = new Position(epoch, Record.lsn(b, at));
            if (ledger.isSettled(id)) {
                return;
            }
            waiting++;
            oldest = oldest == 0 ? Record.time(b, at) : oldest;
            Ledger.Counted counted = ledger.counted(id);
            if (counted != null) {
                failures += counted.attempts() + counted.deaths();
                later += counted.notBefore() > now ? 1 : 0;
            }
        }
    }

    private DeadLetterIndex index(ChannelId queue) {
        DeadLetterIndex index = new DeadLetterIndex();
        DeadLetterScan scan = new DeadLetterScan(index);
        dead(queue).read((records, at, epoch) -> scan.record(records, at));
        return index;
    }

    private LogSurvey dead(ChannelId queue) {
        return new LogSurvey(storage, ChannelFiles.deadLettersOf(queue));
    }

    /** Shows the dead letters of a queue, in the order in which they died. */
    public void deadLetters(ChannelId queue, Letters letters) {
        dead(queue).read(new Telling(index(queue), letters)::record);
    }

    /** Hands over each message once its note was read. */
    private static final class Telling {
        private final DeadLetterIndex index;
        private final Letters letters;
        private @Nullable ByteBuffer records;
        private int at;

        Telling(DeadLetterIndex index, Letters letters) {
            this.index = index;
            this.letters = letters;
        }

        void record(ByteBuffer b, int offset, long epoch) {
            ByteBuffer before = records;
            if (!NoteBytes.isNote(b, offset)) {
                records = b;
                at = offset;
            } else if (before != null && NoteBytes.read(b, offset) instanceof Buried buried) {
                DeadLetterIndex.Entry entry = index.find(buried.id());
                if (entry != null && entry.place() == Record.lsn(before, at)) {
                    letters.letter(buried.id(), before, at, buried.death());
                }
            }
        }
    }
}
