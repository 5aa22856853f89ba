package io.parley.core.internal.engine;

import io.parley.core.AsyncHandler;
import io.parley.core.NodeEvent;
import io.parley.core.QueueReader;
import io.parley.core.Topic;
import io.parley.core.TopicReader;
import io.parley.core.TransactedHandler;
import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Filter;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.channel.ReaderSettings.HandlerThread;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.internal.besteffort.NodeInlet;
import io.parley.core.internal.inbox.HandlerRuns;
import io.parley.core.internal.inbox.Inbox;
import io.parley.core.internal.inbox.InboxConsumer;
import io.parley.core.internal.inbox.PulledInbox;
import io.parley.core.internal.inbox.Reading;
import io.parley.core.internal.inbox.TaskRunner;
import io.parley.core.internal.inbox.WorkerPool;
import io.parley.core.spi.Delivery.QueueInlet;
import io.parley.core.spi.Inlet;
import io.parley.core.spi.InletListener;
import io.parley.core.spi.LogListener;
import io.parley.core.spi.ReaderJournal;
import io.parley.core.spi.ReaderJournal.Output;
import io.parley.core.spi.Runtime.Signal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes readers of subscriptions. Its maps belong to the loop; everything else is handed over to it. */
final class Subscriptions {
    private final Engine engine;
    private final Map<ChannelId, Hub> hubs = new HashMap<>();
    private final AtomicLong names = new AtomicLong();

    Subscriptions(Engine engine) {
        this.engine = engine;
    }

    /** A node's whole reading of one best effort topic. */
    private record Hub(NodeInlet inlet, Reader reader) {}

    <T> RunningSubscription subscribe(TopicReader<T> spec, AsyncHandler<T> handler) {
        return subscribe(spec, keptInbox(completed(spec.settings())), handler, List::of);
    }

    <T> RunningSubscription transact(TopicReader<T> spec, TransactedHandler<T> handler) {
        ReaderSettings settings = completed(spec.settings());
        if (settings.work().thread() == HandlerThread.LOOP) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    settings.channel() + ": a transaction may wait for the disk, so its handler cannot run onLoop()");
        }
        KeptInbox kept = keptInbox(settings);
        ReaderJournal journal = kept.journal;
        if (journal == null) {
            throw new ParleyException(
                    ErrorCode.MODE_UNAVAILABLE,
                    settings.channel() + " is " + settings.mode() + ": a transaction needs a DURABLE topic, and"
                            + " Journal.in(directory) where it is read");
        }
        Transactions<T> transactions = new Transactions<>(engine, journal, handler, kept.moved);
        return subscribe(spec, kept, HandlerRuns.of(transactions), transactions::take);
    }

    private <T> RunningSubscription subscribe(
            TopicReader<T> spec, KeptInbox kept, AsyncHandler<T> handler, Supplier<List<Output>> outputs) {
        ReaderSettings settings = kept.inbox.settings();
        InletListener listener = listener(settings.channel());
        Reading<T> reading = new Reading<>(
                spec.topic().codec(), spec.callbacks(), listener, new Reading.Effects(spec.store(), outputs));
        TaskRunner<T> runner = new TaskRunner<>(kept.inbox, reading, handler, surroundings(settings, listener));
        RunningSubscription running = topic(kept, spec.topic().codec(), runner);
        runner.onStop(running::stopped);
        return running;
    }

    <T> PulledSubscription<T> receiver(TopicReader<T> spec) {
        KeptInbox kept = keptInbox(completed(spec.settings()));
        InletListener listener = listener(spec.settings().channel());
        Reading<T> reading = new Reading<>(
                spec.topic().codec(), spec.callbacks(), listener, new Reading.Effects(spec.store(), List::of));
        PulledInbox<T> pulled =
                new PulledInbox<>(kept.inbox, reading, engine.rim().runtime());
        RunningSubscription running = topic(kept, spec.topic().codec(), pulled);
        return new PulledSubscription<>(running, pulled);
    }

    /** What waits for a subscription, and where it keeps what it has done; {@code moved} is signalled when more of that is safe. */
    private record KeptInbox(Inbox inbox, @Nullable ReaderJournal journal, Signal moved) {}

    private KeptInbox keptInbox(ReaderSettings settings) {
        Inbox inbox = new Inbox(settings, engine::peer);
        Signal moved = engine.rim().runtime().newSignal();
        ReaderJournal journal = settings.mode() == Mode.BEST_EFFORT
                ? null
                : engine.rim()
                        .deliveries()
                        .reading(settings.channel().kind(), settings.mode())
                        .readerJournal(settings, new ReaderNews(inbox, moved, listener(settings.channel())));
        if (journal != null) {
            inbox.keepIn(journal);
        }
        return new KeptInbox(inbox, journal, moved);
    }

    /** What a reader's journal tells. */
    private record ReaderNews(Inbox inbox, Signal signal, InletListener listener) implements LogListener {
        @Override
        public void moved() {
            inbox.tellProgress();
            signal.signal();
        }

        @Override
        public void happened(Happening what, long count, String detail) {
            listener.happened(what, count, detail);
        }
    }

    /** Puts an inbox behind its topic. */
    private <T> RunningSubscription topic(KeptInbox kept, Codec<T> codec, InboxConsumer consumer) {
        Inbox inbox = kept.inbox;
        ReaderSettings settings = inbox.settings();
        RunningSubscription running = new RunningSubscription(engine, consumer);
        if (settings.mode() == Mode.BEST_EFFORT) {
            running.onLoopOpen(() -> addToHub(settings, codec, inbox, running));
            return running;
        }
        Inlet inlet = engine.rim()
                .deliveries()
                .reading(settings.channel().kind(), settings.mode())
                .topicInlet(settings, inbox, listener(settings.channel()));
        Reader reader = new Reader(
                identity(settings),
                inlet,
                codec,
                () -> List.of(settings.filter().text()));
        inbox.connect(engine.wakeups().of(consumer), () -> engine.intake().progressed(reader));
        reader.beforeTurn(inbox::progressSeen);
        running.add(reader);
        running.onLoopOpen(() -> engine.exchange().readership().addReader(reader));
        ReaderJournal journal = kept.journal;
        if (journal != null) {
            reader.remembers();
            running.onLoopClose(journal::close);
        }
        return running;
    }

    private void addToHub(ReaderSettings settings, Codec<?> codec, Inbox inbox, RunningSubscription running) {
        ChannelId channel = settings.channel();
        Hub hub = hubs.get(channel);
        boolean fresh = hub == null;
        if (hub == null) {
            NodeInlet inlet = new NodeInlet();
            hub = new Hub(
                    inlet,
                    new Reader(new Reader.Identity(channel, Mode.BEST_EFFORT, ""), inlet, codec, inlet::filters));
            hubs.put(channel, hub);
        }
        Hub h = hub;
        List<String> before = h.inlet().filters();
        inbox.connect(engine.wakeups().of(running.consumer()), () -> {
            h.inlet().progressed(inbox);
            engine.intake().progressed(h.reader());
        });
        h.reader().beforeTurn(() -> h.inlet().progressSeen());
        h.inlet().add(inbox, settings.filter());
        running.onLoopClose(() -> removeFromHub(channel, h, inbox));
        running.reads(h.reader());
        if (fresh) {
            engine.exchange().readership().addReader(h.reader());
        } else if (!h.inlet().filters().equals(before)) {
            engine.exchange().readership().refilter(h.reader());
        }
    }

    private void removeFromHub(ChannelId channel, Hub hub, Inbox inbox) {
        List<String> before = hub.inlet().filters();
        hub.inlet().remove(inbox);
        if (hub.inlet().isEmpty()) {
            hubs.remove(channel);
            engine.exchange().readership().removeReader(hub.reader());
        } else if (!hub.inlet().filters().equals(before)) {
            engine.exchange().readership().refilter(hub.reader());
        }
    }

    /** Subscribes to every best effort topic that is offered and fits. */
    RunningSubscription subscribeAll(Filter filter, AsyncHandler<byte[]> handler) {
        Wildcards.Group group = new Wildcards.Group();
        RunningSubscription running = new RunningSubscription(engine, group);
        Set<ChannelId> known = new HashSet<>();
        Readership.Wildcard wildcard = channel -> {
            Filter rest = Wildcards.rest(filter, channel);
            if (rest != null && known.add(channel)) {
                Topic<byte[]> topic = Topic.of(channel.name(), Codec.bytes());
                RunningSubscription part = subscribe(topic.matching(rest.text()), handler);
                group.add(part.consumer());
                running.onLoopClose(part::closeOnLoop);
                part.openOnLoop();
            }
        };
        running.onLoopOpen(() -> engine.exchange().readership().addWildcard(wildcard));
        running.onLoopClose(() -> engine.exchange().readership().removeWildcard(wildcard));
        return running;
    }

    <T> RunningSubscription pull(QueueReader<T> spec, AsyncHandler<T> handler) {
        ReaderSettings settings = completed(spec.settings());
        if (settings.mode() == Mode.BEST_EFFORT) {
            return pullBestEffort(spec, settings, handler);
        }
        InletListener listener = listener(settings.channel());
        WorkerRunner<T> runner = new WorkerRunner<>();
        WorkerPool.Job<T> job =
                new WorkerPool.Job<>(settings.channel(), spec.queue().codec(), handler, engine::peer, listener);
        WorkerPool<T> pool = new WorkerPool<>(job, threads(settings), runner.counters());
        runner.pool(pool);
        QueueInlet inlet = engine.rim()
                .deliveries()
                .reading(settings.channel().kind(), settings.mode())
                .queueInlet(settings, pool, listener);
        Reader reader = new Reader(identity(settings), inlet, spec.queue().codec(), List::of);
        reader.beforeTurn(() -> pool.drainEnds(inlet));
        pool.connect(() -> engine.intake().progressed(reader));
        RunningSubscription running = new RunningSubscription(engine, runner);
        running.add(reader);
        running.onLoopOpen(() -> engine.exchange().readership().addReader(reader));
        return running;
    }

    /** Each of the handlers that run at once is a member of its own: then frames go to it whole. */
    private <T> RunningSubscription pullBestEffort(
            QueueReader<T> spec, ReaderSettings settings, AsyncHandler<T> handler) {
        InletListener listener = listener(settings.channel());
        TopicReader.Callbacks<T> callbacks = new TopicReader.Callbacks<>(spec.missed(), parked -> {});
        Reading<T> reading = new Reading<>(spec.queue().codec(), callbacks, listener);
        Wildcards.Group group = new Wildcards.Group();
        RunningSubscription running = new RunningSubscription(engine, group);
        for (int i = 0; i < settings.work().concurrency(); i++) {
            Inbox inbox = new Inbox(settings, engine::peer);
            TaskRunner<T> runner = new TaskRunner<>(inbox, reading, handler, surroundings(settings, listener));
            NodeInlet inlet = new NodeInlet();
            Reader reader =
                    new Reader(identity(named(settings)), inlet, spec.queue().codec(), List::of);
            inbox.connect(engine.wakeups().of(runner), () -> engine.intake().progressed(reader));
            reader.beforeTurn(inbox::progressSeen);
            group.add(runner);
            running.add(reader);
            running.onLoopOpen(() -> {
                inlet.addMember(inbox);
                engine.exchange().readership().addReader(reader);
            });
        }
        return running;
    }

    private static Reader.Identity identity(ReaderSettings settings) {
        return new Reader.Identity(settings.channel(), settings.mode(), settings.name());
    }

    /** What a reader leaves open is filled in. */
    private ReaderSettings completed(ReaderSettings s) {
        boolean open = s.window().equals(ReaderSettings.Window.DEFAULT);
        return named(open ? s.windowed(engine.rim().transport().limits().window()) : s);
    }

    /** A reader without a name gets one that is unique in this run; one of a durable topic has to have one. */
    private ReaderSettings named(ReaderSettings s) {
        if (s.mode() == Mode.DURABLE && s.channel().kind() == Kind.TOPIC) {
            if (s.name().isEmpty()) {
                throw new ParleyException(
                        ErrorCode.INVALID_ARGUMENT,
                        s.channel()
                                + " is DURABLE: its place is kept under the reader's name, give it one: reader(...)");
            }
            return s;
        }
        String name = (s.name().isEmpty() ? "r" : s.name()) + "-" + names.incrementAndGet();
        return s.named(name);
    }

    private Executor threads(ReaderSettings settings) {
        return switch (settings.work().thread()) {
            case POOL -> engine.rim().handlers();
            case LOOP -> engine.intake().loopHandlers();
        };
    }

    private TaskRunner.Surroundings surroundings(ReaderSettings settings, InletListener listener) {
        return new TaskRunner.Surroundings(
                threads(settings),
                engine::after,
                engine.rim().clock(),
                engine.rim().runtime().entropy(),
                listener);
    }

    private InletListener listener(ChannelId channel) {
        return (what, count, detail) -> engine.happened(new NodeEvent(what, count, "", channel.name(), detail));
    }
}
