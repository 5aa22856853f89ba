package io.parley.reliability.internal.durable;

import io.parley.core.identity.NodeId;
import io.parley.core.spi.LogListener;
import io.parley.core.spi.ReaderJournal;
import io.parley.core.wire.Position;
import java.util.List;

/** One reader's part of the inbox of its data directory. */
final class ReaderInbox implements ReaderJournal {
    private final Inbox inbox;
    private final InboxEntry.Reader reader;
    private final ReaderPlaces places;
    private final LogListener listener;

    ReaderInbox(Inbox inbox, InboxEntry.Reader reader, ReaderPlaces places, LogListener listener) {
        this.inbox = inbox;
        this.reader = reader;
        this.places = places;
        this.listener = listener;
    }

    InboxEntry.Reader reader() {
        return reader;
    }

    ReaderPlaces places() {
        return places;
    }

    LogListener listener() {
        return listener;
    }

    @Override
    public Position latest(NodeId sender) {
        return places.latest(sender);
    }

    @Override
    public Position safe(NodeId sender) {
        return places.safe(sender);
    }

    @Override
    public long settle(NodeId sender, Position upTo, List<Output> outputs) {
        places.settled(sender, upTo);
        return inbox.settle(this, sender, upTo, outputs);
    }

    @Override
    public long lastEntry() {
        return inbox.lastEntry();
    }

    @Override
    public long safeUpTo() {
        return inbox.safeUpTo();
    }

    @Override
    public boolean hasRoom() {
        return inbox.hasRoom();
    }

    @Override
    public void close() {
        inbox.closed(this);
    }
}
