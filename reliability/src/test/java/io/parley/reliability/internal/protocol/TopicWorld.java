package io.parley.reliability.internal.protocol;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Exhausted;
import io.parley.core.channel.Filter;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.channel.Retention;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.channel.Start;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.log.BlockPool;
import io.parley.core.log.Log;
import io.parley.core.log.RingLog;
import io.parley.core.spi.InletSession;
import io.parley.core.spi.Outlet;
import io.parley.core.spi.SenderOffer;
import io.parley.core.wire.Attach;
import io.parley.core.wire.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One sender of a RELIABLE topic and some readers, joined by wires that a test cuts as it likes. */
final class TopicWorld {
    static final ChannelId CHANNEL = new ChannelId(Kind.TOPIC, "ticks");
    static final Outlet.PeerRun SENDER = new Outlet.PeerRun(new NodeId(9, 9), new Run(0, 99));

    final Log log;
    final Heard heard = new Heard();
    final Appender appender;
    final TopicOutlet outlet;
    final List<Reader> readers = new ArrayList<>();
    long now = 1_000_000_000L;
    long wallJump;

    TopicWorld(long capacity, Laggards laggards) {
        this(capacity, laggards, Overflow.fail());
    }

    TopicWorld(long capacity, Laggards laggards, Overflow overflow) {
        log = new RingLog(capacity, new BlockPool(16));
        appender = new Appender(log);
        ChannelSettings settings = new ChannelSettings(
                CHANNEL,
                Mode.RELIABLE,
                new ChannelSettings.Schema("bytes", 0),
                capacity,
                overflow,
                laggards,
                RetryPolicy.DEFAULT,
                ChannelSettings.LEASE,
                Retention.DEFAULT);
        outlet = new TopicOutlet(settings, log, heard, new Origin(0, new Chance(0), null, null, 0));
    }

    /** A reader in a process of its own. */
    final class Reader {
        final Outlet.PeerRun peer;
        final FakeInbox inbox = new FakeInbox();
        final ReaderSettings settings;
        final TopicInlet inlet;
        Wire wire;
        long attachedAt;

        Reader(Outlet.PeerRun peer, String filter, Start start, ReaderSettings.Window window) {
            this.peer = peer;
            settings = new ReaderSettings(
                    CHANNEL,
                    Mode.RELIABLE,
                    "r" + peer.id(),
                    new Filter(filter),
                    start,
                    window,
                    RetryPolicy.DEFAULT,
                    ReaderSettings.Work.DEFAULT,
                    Exhausted.PARK);
            inlet = new TopicInlet(settings, inbox);
        }

        void attach() {
            InletSession in = inlet.open(
                    new SenderOffer(SENDER, new Position(0, log.nextLsn()), SenderOffer.Timing.OFFER_FIRST), now);
            Attach attach = new Attach(
                    1,
                    CHANNEL,
                    Mode.RELIABLE,
                    settings.name(),
                    List.of(settings.filter().text()),
                    in.resume(),
                    in.credit());
            Outlet.Attachment answer = outlet.attach(attach, peer, now);
            if (!(answer instanceof Outlet.Accepted accepted)) {
                throw new AssertionError(answer);
            }
            if (attachedAt == 0) {
                attachedAt = log.nextLsn();
            }
            wire = new Wire(accepted.session(), in, in.credit(), now);
        }

        boolean attached() {
            return wire != null && wire.isOpen();
        }

        void cut() {
            wire.cut(now);
        }

        /** Lets everything arrive and be handled. */
        void settle() {
            boolean moved = attached();
            while (moved) {
                moved = wire.flow(now);
                while (inbox.handle()) {
                    moved = true;
                }
                wire.in().turn(wire, now);
                moved |= !wire.answers().isEmpty();
            }
        }

        List<Long> ran() {
            return inbox.ran.stream().map(Position::lsn).toList();
        }
    }

    Reader reader(int id, String filter, Start start) {
        return reader(id, filter, start, new ReaderSettings.Window(64, 8 * 1024));
    }

    Reader reader(int id, String filter, Start start, ReaderSettings.Window window) {
        Reader reader =
                new Reader(new Outlet.PeerRun(new NodeId(1, id), new Run(0, 1_000 + id)), filter, start, window);
        readers.add(reader);
        return reader;
    }

    void advance(Duration time) {
        now += time.toNanos();
    }

    long append(String subject, long ttlMillis) {
        appender.wall(now / 1_000_000 + wallJump);
        return appender.append("", subject, ttlMillis, 16);
    }

    /** Runs until nothing moves. */
    void settle() {
        for (int i = 0; i < 3; i++) {
            outlet.turn(now);
            readers.forEach(Reader::settle);
        }
        outlet.turn(now);
    }
}
