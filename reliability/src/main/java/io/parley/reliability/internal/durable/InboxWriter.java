package io.parley.reliability.internal.durable;

import io.parley.core.channel.ChannelId;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import io.parley.core.log.Record;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.journal.JournalLog;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Puts entries into the records of an inbox's log: many into one, where they need not stand alone. */
final class InboxWriter implements InboxEntry.Visitor {
    /** Enough for many entries; what has to be in one record with others may take more. */
    static final int USUAL = 32 * 1024;

    private final JournalLog log;
    private @Nullable ByteBuffer out;
    private int at;

    InboxWriter(JournalLog log) {
        this.log = log;
    }

    /**
     * Begins a record for so many bytes of entries.
     *
     * @return whether there was room
     */
    boolean begin(int bytes) {
        ByteBuffer room = log.claim(Record.FIXED + bytes);
        if (room != null) {
            at = room.position();
            room.position(at + Record.FIXED);
        }
        out = room;
        return room != null;
    }

    /** The room of the record that was begun. */
    private ByteBuffer room(int bytes) {
        ByteBuffer b = out;
        if (b != null && b.remaining() >= bytes) {
            return b;
        }
        end();
        if (!begin(Math.max(bytes, USUAL))) {
            throw new ParleyException(
                    ErrorCode.DISK_FULL,
                    "the inbox holds " + log.usedBytes() + " bytes, its limit is " + log.capacity());
        }
        return room(bytes);
    }

    @Override
    public void settled(InboxEntry.Reader reader, NodeId sender, Position upTo) {
        InboxEntry.settled(room(InboxEntry.MOST_SETTLED), reader, sender, upTo);
    }

    @Override
    public void output(ChannelId channel, long number, ByteBuffer record) {
        InboxEntry.output(room(InboxEntry.MOST_HEAD + record.remaining()), channel, number, record);
    }

    @Override
    public void counted(ChannelId channel, long number) {
        InboxEntry.counted(room(InboxEntry.MOST_HEAD), channel, number);
    }

    /** Ends the record, if one was begun. */
    void end() {
        ByteBuffer b = out;
        out = null;
        if (b == null || b.position() == at + Record.FIXED) {
            return;
        }
        int length = b.position() - at;
        Record.writeShape(b, at, length, 0);
        Record.writePlace(b, at, log.nextLsn(), 0);
        log.commit(length);
    }
}
