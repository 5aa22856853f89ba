package io.parley.reliability.internal.protocol;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Exhausted;
import io.parley.core.channel.Filter;
import io.parley.core.channel.Happening;
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
import io.parley.core.wire.Settle.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Some senders of a RELIABLE queue and some worker processes, each linked with each, that a test cuts and kills as it likes. */
final class QueueWorld {
    static final ChannelId CHANNEL = new ChannelId(Kind.QUEUE, "jobs");

    final List<Sender> senders = new ArrayList<>();
    final List<Worker> workers = new ArrayList<>();
    private final Chance chance;
    long now = 1_000_000_000L;
    private int nonces;

    QueueWorld(long seed) {
        chance = new Chance(seed);
    }

    /** A sender. */
    final class Sender {
        final Outlet.PeerRun peer = new Outlet.PeerRun(new NodeId(9, senders.size() + 1), new Run(0, ++nonces));
        final Log log = new RingLog(4 * 1024 * 1024, new BlockPool(16));
        final Heard heard = new Heard();
        final Appender appender = new Appender(log);
        final QueueOutlet outlet;

        Sender(RetryPolicy retry) {
            ChannelSettings settings = new ChannelSettings(
                    CHANNEL,
                    Mode.RELIABLE,
                    new ChannelSettings.Schema("bytes", 0),
                    log.capacity(),
                    Overflow.fail(),
                    Laggards.DEFAULT,
                    retry,
                    ChannelSettings.LEASE,
                    Retention.DEFAULT);
            outlet = new QueueOutlet(settings, log, heard, new Origin(0, chance, null, null, 0));
        }

        long append(String key) {
            appender.wall(now / 1_000_000);
            return appender.append(key, "", 0, 16);
        }

        void append(int count) {
            for (int i = 0; i < count; i++) {
                append("");
            }
        }
    }

    Sender sender() {
        return sender(new RetryPolicy(5, 5, Duration.ofSeconds(1), Duration.ofMinutes(5)));
    }

    Sender sender(RetryPolicy retry) {
        Sender sender = new Sender(retry);
        senders.add(sender);
        return sender;
    }

    /** A process that pulls. It may die, and be started again. */
    final class Worker {
        final NodeId id = new NodeId(1, workers.size() + 1);
        final ReaderSettings.Work work;
        final Map<Sender, Wire> wires = new LinkedHashMap<>();
        final Map<Happening, Long> happened = new EnumMap<>(Happening.class);
        Outlet.PeerRun peer;
        FakeWorkers pool;
        QueueMember member;

        Worker(ReaderSettings.Work work) {
            this.work = work;
            boot();
        }

        void boot() {
            peer = new Outlet.PeerRun(id, new Run(0, ++nonces));
            pool = new FakeWorkers();
            ReaderSettings settings = new ReaderSettings(
                    CHANNEL,
                    Mode.RELIABLE,
                    "w",
                    Filter.ALL,
                    Start.NEW,
                    ReaderSettings.Window.DEFAULT,
                    RetryPolicy.DEFAULT,
                    work,
                    Exhausted.PARK);
            member = new QueueMember(
                    settings,
                    pool,
                    (what, count, detail) -> happened.merge(what, count, Long::sum),
                    new OwnStarts(new NodeId(7, 7)));
            pool.listener(member);
        }

        void attach(Sender sender) {
            InletSession in =
                    member.open(new SenderOffer(sender.peer, new Position(0, 1), SenderOffer.Timing.OFFER_FIRST), now);
            Attach attach = Attach.decode(
                    new Attach(1, CHANNEL, Mode.RELIABLE, "w", List.of(), in.resume(), in.credit()).encode());
            Outlet.Accepted accepted = (Outlet.Accepted) sender.outlet.attach(attach, peer, now);
            wires.put(sender, new Wire(accepted.session(), in, in.credit(), now));
        }

        void attach() {
            senders.forEach(this::attach);
        }

        boolean attached(Sender sender) {
            Wire wire = wires.get(sender);
            return wire != null && wire.isOpen();
        }

        void cut() {
            wires.values().forEach(w -> w.cut(now));
        }

        /** The process dies; its senders notice that it is LOST. */
        void die() {
            cut();
            pool.die();
            senders.forEach(s -> s.outlet.peerLost(id, now));
            wires.clear();
        }

        /** The same node in a new process. */
        void restart() {
            senders.forEach(s -> s.outlet.peerGone(id, now));
            boot();
            attach();
        }

        void turn() {
            pool.tellRecalled();
            wires.values().forEach(w -> w.in().turn(w, now));
        }

        /** Ends what runs, as many as there are slots. */
        boolean end(Outcome outcome) {
            List<FakeWorkers.Running> running = pool.running();
            running.forEach(r -> pool.end(r, outcome, outcome == Outcome.DONE ? "" : "as told"));
            return !running.isEmpty();
        }

        List<Long> ran() {
            return pool.began.stream().map(FakeWorkers.Running::lsn).toList();
        }
    }

    Worker worker(int concurrency) {
        return worker(new ReaderSettings.Work(concurrency, Duration.ofMinutes(10)));
    }

    Worker worker(ReaderSettings.Work work) {
        Worker worker = new Worker(work);
        workers.add(worker);
        return worker;
    }

    void advance(Duration time) {
        now += time.toNanos();
    }

    /** Moves time in steps, so that nobody's loop seems late. */
    void pass(Duration time) {
        long end = now + time.toNanos();
        while (now < end) {
            now = Math.min(end, now + 100_000_000L);
            flow();
        }
    }

    /** Everything that is on its way arrives, until nothing moves. Handlers do not end. */
    void flow() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Sender sender : senders) {
                sender.outlet.turn(now);
            }
            for (Worker worker : workers) {
                worker.turn();
                for (Wire wire : worker.wires.values()) {
                    moved |= wire.flow(now);
                }
                worker.turn();
                for (Wire wire : worker.wires.values()) {
                    moved |= wire.flow(now);
                }
            }
        }
    }

    /** Runs until all is done, every handler ending well. */
    void finish() {
        boolean moved = true;
        while (moved) {
            flow();
            moved = false;
            for (Worker worker : workers) {
                moved |= worker.end(Outcome.DONE);
                now += 1_000;
            }
        }
    }
}
