package io.parley.benchmarks;

import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Pusher;
import io.parley.core.Requester;
import io.parley.core.Service;
import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import io.parley.core.spi.DeliveryProvider;
import io.parley.tools.node.Transports;
import io.parley.tools.process.ParentLink;
import io.parley.tools.process.Report;
import io.parley.tools.text.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** One process of {@link Large}: who writes, or who reads. Their clocks are one: that of the host since it was started. */
final class LargeSide {
    private static final Topic<Long> SMALL = Topic.of("small", Codec.int64());
    private static final WorkQueue<byte[]> LARGE =
            WorkQueue.of("large", Codec.bytes()).whenFull(Overflow.block(Duration.ofMinutes(5)));
    private static final Service<Long, Long> ECHO = Service.of("echo", Codec.int64(), Codec.int64());
    private static final Duration MEETING = Duration.ofSeconds(30);
    private static final long EACH_SMALL = TimeUnit.MILLISECONDS.toMicros(1);
    private static final long EACH_REQUEST = TimeUnit.MILLISECONDS.toMicros(10);
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);
    /** A message in which no time stands. */
    private static final long OVER = -1;

    private LargeSide() {}

    /** What is measured when. */
    enum Part {
        WARM_UP,
        ALONE,
        BESIDE,
        OVER;

        static final List<Part> MEASURED = List.of(ALONE, BESIDE);

        Part next() {
            return switch (this) {
                case WARM_UP -> ALONE;
                case ALONE -> BESIDE;
                case BESIDE, OVER -> OVER;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How long things took in each part. */
    private static final class Times {
        private final Map<Part, Histogram> nanos = new EnumMap<>(Part.class);

        Times() {
            for (Part part : Part.values()) {
                nanos.put(part, new ConcurrentHistogram(LONGEST, 3));
            }
        }

        void add(Part part, long time) {
            of(part).recordValue(Math.min(LONGEST, Math.max(0, time)));
        }

        private Histogram of(Part part) {
            return Objects.requireNonNull(nanos.get(part), "each part has one");
        }

        void report(Json into) {
            for (Part part : Part.MEASURED) {
                Histogram of = of(part);
                into.put(
                        part.toString(),
                        List.of(Json.object()
                                .put("count", of.getTotalCount())
                                .put("p50", of.getValueAtPercentile(50))
                                .put("p99", of.getValueAtPercentile(99))
                                .put("max", of.getMaxValue())));
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        List<String> peers = given.size() > 2 ? List.of(given.get(2)) : List.of();
        try (Node node = open(given.get(0), given.get(1), peers)) {
            if (given.get(0).equals("reader")) {
                read(node);
            } else {
                new Writer(node, Integer.parseInt(given.get(3)), Integer.parseInt(given.get(4))).write();
            }
            parent.awaitEnd();
        }
        System.exit(0);
    }

    private static Node open(String name, String transport, List<String> peers) {
        var builder = Node.builder(name)
                .group("large")
                .listen("tcp://127.0.0.1:0")
                .peers(peers.toArray(String[]::new))
                .transport(Transports.named(transport));
        for (DeliveryProvider delivery : Transports.deliveries()) {
            builder.delivery(delivery);
        }
        return builder.open();
    }

    private static void read(Node node) {
        Times times = new Times();
        LongAdder large = new LongAdder();
        Part[] part = {Part.WARM_UP};
        node.pull(LARGE, message -> large.increment());
        node.reply(ECHO, value -> value);
        node.subscribe(SMALL, message -> {
            long sent = message.value();
            if (sent > 0) {
                times.add(part[0], System.nanoTime() - sent);
                return;
            }
            part[0] = part[0].next();
            if (part[0] == Part.BESIDE) {
                large.reset();
            } else if (part[0] == Part.OVER) {
                Json report = Report.event("received").put("large", large.sum());
                times.report(report);
                Report.send(report);
            }
        });
        Report.send(
                Report.event("listening").put("address", node.endpoints().get(0).toString()));
    }

    /** Who sends. */
    private static final class Writer {
        private final Publisher<Long> small;
        private final Pusher<byte[]> large;
        private final Requester<Long, Long> requester;
        private final byte[] payload;
        private final int seconds;
        private final Times times = new Times();
        private final List<Future<?>> running = new ArrayList<>();
        private volatile Part part = Part.WARM_UP;

        Writer(Node node, int size, int seconds) {
            small = node.publisher(SMALL);
            large = node.pusher(LARGE);
            requester = node.requester(ECHO);
            payload = new byte[size];
            this.seconds = seconds;
        }

        void write() throws Exception {
            small.awaitSubscribers(1, MEETING);
            large.awaitWorkers(1, MEETING);
            ScheduledExecutorService clock = new ScheduledThreadPoolExecutor(2);
            running.add(clock.scheduleAtFixedRate(
                    () -> small.send(System.nanoTime()), EACH_SMALL, EACH_SMALL, TimeUnit.MICROSECONDS));
            running.add(clock.scheduleAtFixedRate(this::ask, EACH_REQUEST, EACH_REQUEST, TimeUnit.MICROSECONDS));
            push(Large.warmUpSeconds());
            large.flush(MEETING);
            next(Part.ALONE);
            clock.schedule(() -> {}, seconds, TimeUnit.SECONDS).get();
            next(Part.BESIDE);
            push(seconds);
            next(Part.OVER);
            running.forEach(one -> one.cancel(false));
            clock.shutdownNow();
            Json report = Report.event("sent");
            times.report(report);
            Report.send(report);
        }

        private void next(Part now) {
            part = now;
            small.send(OVER);
        }

        private void push(int howLong) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(howLong);
            while (System.nanoTime() - end < 0) {
                large.send(payload);
            }
        }

        private void ask() {
            long began = System.nanoTime();
            Part in = part;
            Future<?> unused = requester.request(began).thenAccept(back -> times.add(in, System.nanoTime() - began));
        }
    }
}
