package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Death;
import io.parley.core.channel.Happening;
import io.parley.core.channel.MessageId;
import io.parley.core.channel.Mode;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.channel.Channel;
import io.parley.core.internal.channel.PendingReceipt;
import io.parley.core.internal.channel.Receipts;
import io.parley.core.log.Journaled;
import io.parley.core.log.Log;
import io.parley.core.spi.DeadRecord;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletListener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A channel that this node offers, as the loop knows it: its outlet and the sessions on it. */
final class Outbound implements OutletListener, Deadlines.Item {
    private final Engine engine;
    private final Channel<?> channel;
    private final List<SenderEntry> sessions = new ArrayList<>();
    private final Set<SenderEntry> inChunks = new LinkedHashSet<>();
    private final int revision;
    private @Nullable Outlet outlet;
    private volatile Consumer<DeadRecord> onDead = dead -> {};
    private long deadline = Long.MAX_VALUE;
    private long seenEnd = 1;
    private long appendedBytes;
    private boolean active;
    private boolean grew;
    private boolean refusedSince;
    private long journaledEnd;
    private boolean failed;

    Outbound(Engine engine, Channel<?> channel, int revision) {
        this.engine = engine;
        this.channel = channel;
        this.revision = revision;
        Journaled journaled = channel.journaled();
        journaledEnd = journaled == null ? 0 : journaled.end();
    }

    void outlet(Outlet newOutlet) {
        outlet = newOutlet;
    }

    Outlet outlet() {
        Outlet o = outlet;
        if (o == null) {
            throw new IllegalStateException("no outlet yet");
        }
        return o;
    }

    ChannelId id() {
        return channel.settings().id();
    }

    Channel<?> channel() {
        return channel;
    }

    int revision() {
        return revision;
    }

    List<SenderEntry> sessions() {
        return sessions;
    }

    void sessionEnded(SenderEntry entry) {
        sessions.remove(entry);
        refusedSince = false;
    }

    /** Whether nobody was refused for want of room since a session ended. */
    boolean firstRefusal() {
        boolean first = !refusedSince;
        refusedSince = true;
        return first;
    }

    void onDead(Consumer<DeadRecord> listener) {
        onDead = listener;
    }

    /** Roughly how many bytes were appended so far. */
    long appendedBytes() {
        return appendedBytes;
    }

    boolean active() {
        return active;
    }

    void active(boolean now) {
        active = now;
    }

    @Override
    public long deadline() {
        return deadline;
    }

    /** Has the outlet look at what is new, and queues the sessions that may send. */
    void turn(long now) {
        journaled();
        deadline = outlet().turn(now);
        Log log = channel.log();
        long end = log.endLsn();
        appendedBytes += (end - seenEnd) * Math.max(1, averageBytes(log, end));
        grew = end > seenEnd;
        seenEnd = end;
        for (int i = 0; i < sessions.size(); i++) {
            SenderEntry entry = sessions.get(i);
            if (!entry.queued() && entry.ready()) {
                entry.link().ready(entry);
                engine.links().hasWork(entry.link());
            }
        }
        publish();
    }

    /** Looks at how much is in the journal by now, and tells who waits for that. */
    private void journaled() {
        Journaled journaled = channel.journaled();
        if (journaled == null) {
            return;
        }
        long end = journaled.end();
        if (!channel.receipts().isEmpty()) {
            for (long lsn = journaledEnd; lsn < end; lsn++) {
                PendingReceipt receipt = channel.receipts().find(lsn);
                if (receipt != null && receipt.stage() == Stage.JOURNALED) {
                    succeed(lsn, List.of());
                }
            }
        }
        journaledEnd = end;
        ParleyException why = journaled.failure();
        if (why != null && !failed) {
            failed = true;
            happened(Happening.CHANNEL_FAILED, 1, String.valueOf(why.getMessage()));
        }
        if (why != null) {
            failReceipts(why);
        }
    }

    /** How many messages have not got as far as closing waits for. */
    long unfinished() {
        Journaled journaled = channel.journaled();
        return journaled != null && journaled.failure() != null ? 0 : lostIfClosedNow();
    }

    /** How many messages have not got as far as their mode wants when a sender closes. */
    long lostIfClosedNow() {
        Journaled journaled = channel.journaled();
        return journaled == null ? channel.log().endLsn() - flushedLsn() : channel.nextLsn() - journaled.end();
    }

    /**
     * Whether messages come in, but none of what is appended now could be sent: every session waits for its receiver or its
     * socket, or there is none.
     */
    boolean throttled() {
        if (!grew) {
            return false;
        }
        if (sessions.isEmpty()) {
            boolean roomy = channel.log().usedBytes() < channel.log().capacity() / 2;
            return roomy && channel.settings().mode() == Mode.BEST_EFFORT;
        }
        for (int i = 0; i < sessions.size(); i++) {
            SenderEntry entry = sessions.get(i);
            if (!entry.link().blocked()
                    && entry.session().mayTake(engine.links().bestFrame())) {
                return false;
            }
        }
        return true;
    }

    /** Looks again at this time at the latest. */
    void lookAt(long time) {
        deadline = Math.min(deadline, time);
    }

    /** Something was sent: lets go of what may go, and tells who waits for it. */
    void afterSend(long now) {
        deadline = Math.min(deadline, outlet().turn(now));
        publish();
    }

    /** Tells who waits for it how far its readers are. */
    private void publish() {
        channel.publish(flushedLsn(), Math.min(outlet().settledLsn(), unsentLsn()), sessions.size());
    }

    /** All messages below this lsn have reached what {@code flush} waits for. */
    private long flushedLsn() {
        return Math.min(outlet().flushedLsn(), unsentLsn());
    }

    /** The first message that is still on its way in chunks: to the outlet it was sent. */
    private long unsentLsn() {
        long unsent = Long.MAX_VALUE;
        for (SenderEntry entry : inChunks) {
            unsent = Math.min(unsent, entry.session().unsentLsn());
        }
        return unsent;
    }

    /** A session began to send a message in chunks, or is through with it. */
    void sendsChunks(SenderEntry entry) {
        if (entry.session().sendsChunks()) {
            inChunks.add(entry);
        } else {
            inChunks.remove(entry);
        }
    }

    private static long averageBytes(Log log, long end) {
        return log.usedBytes() / Math.max(1, end - log.firstLsn());
    }

    /** Whether an append since the last turn was not looked at. */
    boolean hasNews() {
        return channel.log().endLsn() > seenEnd;
    }

    @Override
    public void processedBy(long lsn, NodeId peer) {
        PendingReceipt receipt = channel.receipts().find(lsn);
        if (receipt != null) {
            receipt.processedBy(engine.peerName(peer));
        }
    }

    @Override
    public void completed(long lsn) {
        PendingReceipt receipt = channel.receipts().find(lsn);
        if (receipt != null) {
            succeed(lsn, receipt.by());
        }
    }

    private void succeed(long lsn, List<String> by) {
        PendingReceipt receipt = channel.receipts().take(lsn);
        if (receipt != null) {
            Receipt done = new Receipt(idOf(lsn), receipt.stage(), by);
            engine.complete(() -> receipt.future().complete(done));
        }
    }

    private MessageId idOf(long lsn) {
        return new MessageId(engine.self().id(), id(), engine.self().run().epoch(), lsn);
    }

    @Override
    public void dead(DeadRecord dead) {
        long lsn = io.parley.core.log.Record.lsn(dead.record(), dead.record().position());
        Death death = dead.death();
        String text = "message " + lsn + " after " + death.attempts() + " attempts and " + death.deaths() + " deaths: "
                + death.cause();
        engine.events().happened(new NodeEvent(Happening.MESSAGE_DEAD, 1, "", id().name(), text));
        fail(lsn, ErrorCode.DEAD_LETTER, text);
        onDead.accept(dead);
    }

    @Override
    public void expired(long lsn) {
        fail(lsn, ErrorCode.EXPIRED, "message " + lsn + " expired before it was processed");
    }

    private void fail(long lsn, ErrorCode code, String text) {
        PendingReceipt receipt = channel.receipts().take(lsn);
        if (receipt != null) {
            ParleyException why = new ParleyException(code, id() + ": " + text);
            engine.complete(() -> Receipts.fail(receipt, why));
        }
    }

    /** The channel is closed: what was not settled will not be known. */
    void failReceipts(String text) {
        failReceipts(new ParleyException(ErrorCode.LOST_AT_CLOSE, id() + ": " + text));
    }

    private void failReceipts(ParleyException why) {
        for (PendingReceipt receipt : channel.receipts().takeAll()) {
            engine.complete(() -> Receipts.fail(receipt, why));
        }
    }

    @Override
    public void happened(Happening what, long count, String detail) {
        engine.events().happened(new NodeEvent(what, count, "", id().name(), detail));
    }
}
