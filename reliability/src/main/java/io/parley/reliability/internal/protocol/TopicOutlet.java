package io.parley.reliability.internal.protocol;

import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.GapReason;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Overflow;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import io.parley.core.log.Log;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Segment;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletListener;
import io.parley.core.spi.OutletListener.AudienceEnd.Why;
import io.parley.core.spi.OutletSession;
import io.parley.core.spi.OutletStatus;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Position;
import io.parley.core.wire.Refused;
import io.parley.core.wire.Resume;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The sending side of a RELIABLE topic: a place in the log for each reader, see {@link TopicPlace}, and what follows from all
 * of them together: which messages are complete, and what the log may let go of.
 */
public final class TopicOutlet implements Outlet {
    /** How long the place of a reader whose node was lost is waited for. */
    static final long KEPT_AFTER_LOST = Duration.ofMinutes(2).toNanos();

    /** The most readers, those that lapsed included. */
    static final int MAX_READERS = 10_000;

    /** Part of the log that keeps messages which nobody needs any more, for readers to come. */
    private static final int HISTORY = 4;

    private final ChannelSettings settings;
    private final Log log;
    private final OutletListener listener;
    private final Epochs epochs;
    private final Cursors cursors;
    private final Expiry expiry;
    private final Laggards laggards;
    private final Retainer retainer;
    private final TopicPlaces places = new TopicPlaces();
    private final Expirations expirations = new Expirations();
    private long completed;
    private long audienceEnd;

    /** Opens the sending side over a log of this run. */
    public TopicOutlet(ChannelSettings settings, Log log, OutletListener listener, Origin origin) {
        this.settings = settings;
        this.log = log;
        this.listener = listener;
        epochs = new Epochs(log, origin.epoch());
        cursors = new Cursors(origin.ledger(), epochs);
        expiry = new Expiry(log);
        laggards = new Laggards(settings.laggards());
        retainer = new Retainer(log, settings.retention(), origin.wallOffset());
        completed = log.firstLsn() - 1;
        audienceEnd = log.endLsn();
        cursors.replay()
                .forEach((reader, upTo) -> keep(reader, epochs.after(upTo)).recovered());
        if (cursors.durable()) {
            settings.retention().expected().forEach(this::expect);
        }
    }

    /** A durable reader that an earlier run knew, or that has not come yet. */
    private TopicPlace keep(String reader, long nextLsn) {
        TopicPlace.Key key = new TopicPlace.Key(null, reader);
        LogCursor cursor = new LogCursor(log, nextLsn);
        TopicPlace place = new TopicPlace(key, new SubjectMatch(List.of("#")), cursor, GapReason.RETENTION);
        places.add(place);
        return place;
    }

    private void expect(String reader) {
        if (places.get(new TopicPlace.Key(null, reader)) == null) {
            TopicPlace place = keep(reader, log.firstLsn());
            place.expected();
            cursors.know(place);
        }
    }

    Log log() {
        return log;
    }

    Expiry expiry() {
        return expiry;
    }

    Epochs epochs() {
        return epochs;
    }

    Cursors cursors() {
        return cursors;
    }

    long firstLsn() {
        return log.firstLsn();
    }

    @Override
    public Attachment attach(Attach request, PeerRun peer, long now) {
        SubjectMatch match;
        try {
            match = new SubjectMatch(request.filters());
        } catch (ParleyException e) {
            return new Rejected(Refused.Reason.FORBIDDEN, String.valueOf(e.getMessage()));
        }
        expiry.scan(now);
        TopicPlace.Key key = new TopicPlace.Key(cursors.durable() ? null : peer, request.reader());
        TopicPlace place = places.get(key);
        if (place != null && isTaken(place, peer)) {
            return new Rejected(Refused.Reason.SUBSCRIPTION_IN_USE, request.reader() + " is read by " + place.reads());
        }
        if (place == null) {
            if (!places.hasRoom()) {
                return new Rejected(Refused.Reason.TOO_MANY_READERS, "limit of " + MAX_READERS + " readers");
            }
            LogCursor cursor = new LogCursor(log, new StartFinder(log, epochs).find(request.resume()));
            place = new TopicPlace(key, match, cursor, GapReason.RETENTION);
            place.audienceFrom(log.endLsn());
            places.add(place);
            cursors.know(place);
        } else {
            resume(place, request.resume());
            if (!place.holds()) {
                rejoin(place, now);
            }
        }
        TopicSession session = new TopicSession(this, place);
        place.attach(session, peer, match, now);
        advanced(place, now);
        return new Accepted(session);
    }

    /** By another node or, of a durable one, by another session of the same. */
    private boolean isTaken(TopicPlace place, PeerRun peer) {
        boolean same = place.isOf(peer.id());
        return place.reads() != null && !same || cursors.durable() && place.session() != null;
    }

    private void resume(TopicPlace place, Resume resume) {
        long last = 0;
        Set<Long> beyond = new HashSet<>();
        if (resume instanceof Resume.After after) {
            long claimed = epochs.after(after.last()) - 1;
            last = cursors.durable() ? claimed : Math.min(claimed, place.due() - 1);
            place.sent().passMessages(last, new TopicSession(this, place));
            for (Position ran : after.beyond()) {
                if (ran.lsn() > last && epochs.is(ran)) {
                    beyond.add(ran.lsn());
                }
            }
        }
        place.rewind(last, beyond);
    }

    @Override
    public long turn(long now) {
        expiry.scan(now);
        audienceEnd = log.endLsn();
        long next = Long.MAX_VALUE;
        for (TopicPlace place : places.all()) {
            if (place.lapseAt() <= now) {
                leave(place, Why.LOST);
                place.lapse();
                listener.happened(Happening.READER_DETACHED, 1, place.key().reader() + " did not come back");
            }
            place.settleAcked(now);
            next = Math.min(next, place.lapseAt());
        }
        complete();
        makeRoom(now);
        next = Math.min(next, laggards.next());
        return cursors.durable() ? Math.min(next, retainer.next()) : next;
    }

    /** A reader has moved on. */
    void advanced(TopicPlace place, long now) {
        boolean moved = place.settleAcked(now);
        cursors.note(place);
        if (moved || place.settledLsn() > completed) {
            audienceEnd = log.endLsn();
            complete();
            trim();
        }
    }

    private void complete() {
        long upTo = places.settled(audienceEnd - 1);
        for (long lsn = completed + 1; lsn <= upTo; lsn++) {
            if (expirations.unprocessed(lsn)) {
                listener.expired(lsn);
            } else {
                listener.completed(lsn);
            }
        }
        completed = Math.max(completed, upTo);
    }

    private void makeRoom(long now) {
        trim();
        long outlived = cursors.durable() ? Math.max(retainer.wanted(places.all(), now), log.overdrawn()) : 0;
        if (outlived > 0) {
            drop(outlived, Why.RETENTION, GapReason.RETENTION);
        }
        long wanted = log.crowded();
        if (wanted == 0) {
            laggards.relax();
            return;
        }
        if (settings.overflow().action() == Overflow.Action.DROP_OLDEST) {
            drop(wanted, Why.OVERFLOW, GapReason.OVERFLOW);
            return;
        }
        List<TopicPlace> found = laggards.find(places.all(), wanted, now);
        found.forEach(this::evicted);
        if (cursors.durable()) {
            found.forEach(TopicPlace::cutLoose);
            letGo(wanted);
            return;
        }
        for (TopicPlace place : found) {
            leave(place, Why.EVICTED);
            place.evict();
        }
        complete();
        trim();
    }

    private void evicted(TopicPlace place) {
        long behind = audienceEnd - 1 - place.acked();
        String who = place.key().reader() + " of " + place.reads();
        listener.happened(Happening.READER_EVICTED, 1, who + " held up a full log, " + behind + " messages behind");
    }

    /** Lets go of the oldest of a log on disk, up to what a reader still needs that is waited for. */
    private void letGo(long wanted) {
        long before = log.firstLsn();
        log.trim(places.awaited(wanted));
        if (log.firstLsn() > before) {
            drop(log.firstLsn(), Why.RETENTION, GapReason.RETENTION); // whole files went, not all up to there
        }
    }

    /** Lets go of the oldest, whoever still needs it. That moves no reader: it is told by a GAP. */
    private void drop(long wanted, Why why, GapReason reason) {
        long upTo = wanted - 1;
        for (TopicPlace place : places.all()) {
            if (place.holds() && place.settledLsn() < upTo) {
                listener.audienceEnded(place.settledLsn() + 1, upTo, place.end(why));
            }
            place.lost(upTo, reason);
        }
        complete();
        log.trim(wanted);
    }

    /** Lets go of what no reader needs, but for a part of the log that readers to come may begin with. */
    private void trim() {
        if (cursors.durable()) {
            return; // what is kept, and for how long, is retention's, whoever has read it
        }
        long needed = places.needed(completed + 1);
        while (log.usedBytes() > log.capacity() / HISTORY) {
            Segment oldest = log.segment(log.firstLsn());
            Segment second = oldest == null ? null : oldest.next();
            if (second == null || second.firstLsn() > needed) {
                return;
            }
            long before = log.firstLsn();
            log.trim(second.firstLsn());
            if (log.firstLsn() == before) {
                return;
            }
        }
    }

    /** A reader is in no audience any more. */
    private void leave(TopicPlace place, Why why) {
        long from = place.settledLsn() + 1;
        if (place.holds() && from < audienceEnd) {
            listener.audienceEnded(from, audienceEnd - 1, place.end(why));
        }
    }

    /** Messages were processed by a reader. */
    void processed(TopicPlace place, long fromLsn, long toLsn) {
        for (long lsn = fromLsn; lsn <= toLsn; lsn++) {
            if (place.inAudience(lsn)) {
                expirations.processed(lsn);
                processedBy(lsn, place);
            }
        }
    }

    private void processedBy(long lsn, TopicPlace place) {
        PeerRun by = place.reads();
        if (by != null) {
            listener.processedBy(lsn, by.id());
        }
    }

    /** A message expired before a reader got it. */
    void expired(TopicPlace place, long lsn) {
        if (place.inAudience(lsn) && lsn > completed) {
            expirations.add(lsn);
            listener.audienceEnded(lsn, lsn, place.end(Why.EXPIRED));
        }
    }

    void badFilter(TopicPlace place, ParleyException e) {
        listener.happened(Happening.READER_REFUSED, 1, place.key().reader() + ": " + e.getMessage());
    }

    /** A reader that was in no audience is back: what is still there is kept for it, what comes has to wait for it. */
    void rejoin(TopicPlace place, long now) {
        place.rejoin(Math.max(place.due(), log.firstLsn()), log.endLsn(), now);
    }

    /** The reader's session is over. */
    void ended(TopicPlace place, OutletSession.Ending ending, long now) {
        place.detach();
        if (ending == OutletSession.Ending.CLOSED && cursors.durable()) {
            place.vacate();
        } else if (ending == OutletSession.Ending.CLOSED) {
            remove(place);
            complete();
            trim();
        }
    }

    private void remove(TopicPlace place) {
        audienceEnd = log.endLsn();
        leave(place, Why.GONE);
        places.remove(place);
    }

    @Override
    public void peerLost(NodeId peer, long now) {
        for (TopicPlace place : places.all()) {
            if (!place.isOf(peer) || place.session() != null) {
                continue;
            }
            if (cursors.durable()) {
                place.vacate();
            } else if (place.holds()) {
                place.lapseAt(now + KEPT_AFTER_LOST);
            }
        }
    }

    @Override
    public void peerGone(NodeId peer, long now) {
        for (TopicPlace place : List.copyOf(places.all())) {
            if (!place.isOf(peer)) {
                continue;
            }
            if (cursors.durable()) {
                place.detach();
                place.vacate();
            } else {
                remove(place);
            }
        }
        complete();
        trim();
    }

    @Override
    public long flushedLsn() {
        return cursors.durable() ? log.endLsn() : settledLsn();
    }

    @Override
    public long settledLsn() {
        return completed + 1;
    }

    @Override
    public OutletStatus status() {
        return TopicStatus.of(places.all(), log.endLsn());
    }
}
