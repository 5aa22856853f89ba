package io.parley.core.internal.inbox;

import io.parley.core.Peer;
import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Outlet.PeerRun;
import io.parley.core.spi.ReaderJournal;
import io.parley.core.spi.TopicInbox;
import io.parley.core.wire.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one subscription's handler. The loop adds; one thread at a time takes. Its bound is the credit that the
 * senders are given.
 */
public final class Inbox implements TopicInbox {
    private final ReaderSettings settings;
    private final Function<PeerRun, Peer> peers;
    private final Map<io.parley.core.identity.NodeId, SenderProgress> senders = new HashMap<>();
    private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final AtomicLong added = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong addedBytes = new AtomicLong();
    private final AtomicLong releasedBytes = new AtomicLong();
    private final AtomicBoolean progressTold = new AtomicBoolean();
    private @Nullable ReaderJournal journal;
    private volatile Runnable onAdded = () -> {};
    private volatile Runnable onProgress = () -> {};
    private final AtomicInteger busy = new AtomicInteger();

    /** An inbox of this reader. */
    public Inbox(ReaderSettings settings, Function<PeerRun, Peer> peers) {
        this.settings = settings;
        this.peers = peers;
    }

    /** Sets whom to tell: that something was added, on the loop; and that something was handled, on the handling thread. */
    public void connect(Runnable newOnAdded, Runnable newOnProgress) {
        onAdded = newOnAdded;
        onProgress = newOnProgress;
    }

    /** What the reader keeps of its own. Before anything is added. */
    public void keepIn(ReaderJournal newJournal) {
        journal = newJournal;
    }

    @Nullable ReaderJournal journal() {
        return journal;
    }

    HandledCount newCount() {
        return new HandledCount(journal);
    }

    /** Where the reader begins. */
    public io.parley.core.channel.Start start() {
        return settings.start();
    }

    /** How much may wait. */
    public ReaderSettings.Window window() {
        return settings.window();
    }

    /** The whole of its settings. */
    public ReaderSettings settings() {
        return settings;
    }

    boolean bestEffort() {
        return settings.mode() == Mode.BEST_EFFORT;
    }

    @Override
    public SessionLine open(PeerRun peer) {
        return new SessionLine(this, peers.apply(peer), progressOf(peer));
    }

    private SenderProgress progressOf(PeerRun peer) {
        SenderProgress known = senders.get(peer.id());
        boolean same = known != null
                && (peer.run().epoch() != 0 || known.run().nonce() == peer.run().nonce());
        if (known != null && same) {
            return known;
        }
        SenderProgress fresh = new SenderProgress(peer.run());
        senders.put(peer.id(), fresh);
        return fresh;
    }

    @Override
    public Position lastHandled(PeerRun peer) {
        ReaderJournal kept = journal;
        return kept == null ? progressOf(peer).position() : kept.safe(peer.id());
    }

    @Override
    public void forget(PeerRun peer) {
        senders.remove(peer.id());
    }

    @Override
    public boolean idle() {
        return busy.get() == 0 && entries.isEmpty();
    }

    /** Adds those records of a frame that begin at these offsets; one count of the frame goes with it. */
    public void putSome(TopicInbox.Line line, InFrame frame, int[] offsets, long firstNumber) {
        add(Entry.ofSome((SessionLine) line, frame, offsets, firstNumber));
    }

    /** A sender's messages are handled up to here, and this is to be sent with the last of them. The handling thread. */
    void settle(SessionLine line, Position upTo, List<ReaderJournal.Output> outputs) {
        line.progress().advance(upTo.epoch(), upTo.lsn());
        ReaderJournal to = journal;
        if (to != null) {
            line.progress().entry(to.settle(line.peer().id(), upTo, outputs));
        }
    }

    void add(Entry entry) {
        added.lazySet(added.getPlain() + entry.messages());
        addedBytes.lazySet(addedBytes.getPlain() + entry.bytes());
        entries.add(entry);
        onAdded.run();
    }

    /** How many messages wait. Any thread. */
    public long waiting() {
        return Math.max(0, added.get() - taken.get());
    }

    /** How many bytes the frames take that wait, the one that is handled included. Any thread. */
    public long waitingBytes() {
        return Math.max(0, addedBytes.get() - releasedBytes.get());
    }

    // what follows belongs to the handling thread

    @Nullable Entry poll() {
        return entries.poll();
    }

    boolean hasEntries() {
        return !entries.isEmpty();
    }

    void taken(int messages) {
        taken.lazySet(taken.getPlain() + messages);
    }

    /** It is through with an entry. */
    void release(Entry entry) {
        releasedBytes.lazySet(releasedBytes.getPlain() + entry.bytes());
        entry.release();
    }

    /**
     * A thread begins to handle. Counted, since a thread that gave the inbox up may end its turn after the next one began.
     */
    void begin() {
        busy.incrementAndGet();
    }

    void end() {
        busy.decrementAndGet();
    }

    /** Tells the loop that something was handled, or is safe; told once until the loop has looked. Any thread. */
    public void tellProgress() {
        if (!progressTold.get() && progressTold.compareAndSet(false, true)) {
            onProgress.run();
        }
    }

    /** The loop looks at the progress now. */
    public void progressSeen() {
        progressTold.set(false);
    }

    /** Lets go of everything that waits; the handling thread is done. */
    public void clear() {
        for (Entry entry = entries.poll(); entry != null; entry = entries.poll()) {
            entry.release();
        }
    }
}
