package io.parley.core.internal.engine;

import io.parley.core.channel.ChannelId;
import io.parley.core.internal.session.ReceiverSession;

/** A session on which this node receives, on its link. */
final class ReceiverEntry implements Deadlines.Item {
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

    LinkState link() {
        return link;
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
