package io.parley.core.internal.engine;

import io.parley.core.channel.ChannelId;
import io.parley.core.internal.session.ReceiverSession;
import java.util.List;

/** A session on which this node receives, on its link. */
final class ReceiverEntry implements Deadlines.Item, Assembling {
    private final ReceiverSession session;
    private final Reader reader;
    private final ChannelId channel;
    private final LinkState link;
    private final AckWriter acks;
    private long deadline = Long.MAX_VALUE;
    private boolean ended;

    ReceiverEntry(ReceiverSession session, Reader reader, ChannelId channel, LinkState link) {
        this.session = session;
        this.reader = reader;
        this.channel = channel;
        this.link = link;
        acks = new AckWriter(session, link);
    }

    ReceiverSession session() {
        return session;
    }

    Reader reader() {
        return reader;
    }

    ChannelId channel() {
        return channel;
    }

    @Override
    public LinkState link() {
        return link;
    }

    // a record that comes in chunks

    @Override
    public int total() {
        return session.assembledLength();
    }

    @Override
    public int filled() {
        return session.assembledBytes();
    }

    @Override
    public boolean needsRoom() {
        return session.needsCredit() && !reader.closing();
    }

    @Override
    public void grant() {
        acks.ack(0, List.of(), 0, session.creditToTheEnd());
    }

    @Override
    public String what() {
        return channel.toString();
    }

    AckWriter acks() {
        return acks;
    }

    boolean ended() {
        return ended;
    }

    void end() {
        ended = true;
        deadline = Long.MAX_VALUE;
    }

    @Override
    public long deadline() {
        return deadline;
    }

    void deadline(long at) {
        deadline = at;
    }
}
