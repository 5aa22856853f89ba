package io.parley.core.internal.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.AsyncHandler;
import io.parley.core.DeadLetter;
import io.parley.core.MissedMessages;
import io.parley.core.Peer;
import io.parley.core.Topic;
import io.parley.core.TopicReader;
import io.parley.core.channel.Exhausted;
import io.parley.core.channel.GapReason;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Mode;
import io.parley.core.channel.ReaderSettings.Window;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.log.Record;
import io.parley.core.spi.Clock;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Outlet.PeerRun;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Position;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** A reader's inbox and the runner of its handler, on one thread, with a timer that the test moves. */
final class InboxWorld {
    static final PeerRun SENDER = new PeerRun(new NodeId(5, 5), new Run(7, 70));
    static final RetryPolicy THRICE = new RetryPolicy(3, 5, Duration.ofMillis(100), Duration.ofMillis(150));

    /** What the handler and the callbacks saw, in order. */
    final List<String> seen = new ArrayList<>();

    final List<Happening> happened = new ArrayList<>();
    final List<DeadLetter<String>> parked = new ArrayList<>();
    final List<MissedMessages> missed = new ArrayList<>();
    final List<Long> pauses = new ArrayList<>();
    final ArrayDeque<Runnable> timers = new ArrayDeque<>();
    final Inbox inbox;
    final TaskRunner<String> runner;
    int progressTold;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    InboxWorld(Mode mode, AsyncHandler<String> handler) {
        this(mode, Exhausted.PARK, handler);
    }

    InboxWorld(Mode mode, Exhausted exhausted, AsyncHandler<String> handler) {
        Topic<String> topic = Topic.of("ticks", Codec.utf8());
        TopicReader<String> reader = (mode == Mode.RELIABLE ? topic.reliable() : topic)
                .reader("books")
                .window(new Window(1_000, 100_000))
                .retry(THRICE)
                .exhausted(exhausted)
                .onMissed(gap -> {
                    missed.add(gap);
                    seen.add("gap " + gap.count());
                })
                .onParked(dead -> {
                    parked.add(dead);
                    seen.add("parked " + dead.message().value());
                });
        inbox = new Inbox(reader.settings(), peer -> new Sender(peer.id()));
        TaskRunner.Timer timer = (nanos, task) -> {
            pauses.add(nanos);
            timers.add(task);
        };
        Executor threads = tasks::add;
        runner = new TaskRunner<>(
                inbox,
                new Reading<>(Codec.utf8(), reader.callbacks(), (what, count, detail) -> happened.add(what)),
                message -> {
                    seen.add(message.value() + (message.attempt() > 1 ? " again" : ""));
                    return handler.handle(message);
                },
                new TaskRunner.Surroundings(
                        threads,
                        timer,
                        new StoppedClock(),
                        () -> 1L << 63,
                        (what, count, detail) -> happened.add(what)));
        inbox.connect(runner::wake, () -> progressTold++);
    }

    /** Time stands still: nobody is asked to give up its thread. */
    private static final class StoppedClock implements Clock {
        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public long millis() {
            return 0;
        }
    }

    /** Runs what handler threads would run, until nothing is left but timers. */
    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets the next timer strike. */
    void strike() {
        timers.remove().run();
        run();
    }

    /** A frame with these payloads, numbered and placed from here on. */
    static Frame frame(long firstNumber, long firstLsn, String... payloads) {
        return frame(new Position(7, firstLsn), firstNumber, payloads);
    }

    /** The same, of some epoch. */
    static Frame frame(Position first, long firstNumber, String... payloads) {
        ByteBuffer out = ByteBuffer.allocate(4_096).order(ByteOrder.LITTLE_ENDIAN);
        DataHead.put(out, 0, 9);
        DataHead.numbers(out, firstNumber, payloads.length, first.epoch());
        for (int i = 0; i < payloads.length; i++) {
            int at = out.position();
            out.position(at + Record.FIXED).put(payloads[i].getBytes(UTF_8));
            Record.writeShape(out, at, out.position() - at, 0);
            Record.writePlace(out, at, first.lsn() + i, 1_000);
        }
        return new Frame(out.flip());
    }

    static Gap gap(long number, long fromLsn, long toLsn) {
        return new Gap(
                9,
                number,
                GapReason.RETENTION,
                new Position(7, fromLsn),
                new Position(7, toLsn),
                toLsn - fromLsn + 1,
                Gap.Exactness.EXACT);
    }

    /** A frame that knows whether it was let go. */
    static final class Frame extends InFrame {
        int holders = 1;
        private final ByteBuffer bytes;

        Frame(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public ByteBuffer buffer() {
            return bytes;
        }

        @Override
        public void retain() {
            holders++;
        }

        @Override
        public void release() {
            holders--;
        }
    }

    record Sender(NodeId id) implements Peer {
        @Override
        public String name() {
            return "sender";
        }

        @Override
        public State state() {
            return State.UP;
        }

        @Override
        public List<String> endpoints() {
            return List.of();
        }
    }
}
