package io.parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parley.core.Node;
import io.parley.core.QueueReader;
import io.parley.core.Subscription;
import io.parley.core.WorkQueue;
import io.parley.core.channel.ReaderSettings.Window;
import io.parley.core.codec.Codec;
import io.parley.core.spi.TransportLimits;
import io.parley.core.spi.TransportLimits.Polling;
import io.parley.core.spi.TransportLimits.Writable;
import io.parley.testkit.net.SimSettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much may be under way to a reader is the transport's to say, unless the reader has said it. */
@Timeout(60)
class TransportWindowTest {
    private static final WorkQueue<Integer> JOBS =
            WorkQueue.of("jobs", Codec.int32()).bestEffort();
    private static final Window TEN = new Window(10, 100_000);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void shouldGrantWhatTheTransportWantsUnderWay() {
        assertEquals(10, cameToAHandlerThatStands(TEN, JOBS.reader()));
        assertEquals(100, cameToAHandlerThatStands(Window.DEFAULT, JOBS.reader()));
    }

    @Test
    void shouldGrantWhatTheReaderChose() {
        assertEquals(20, cameToAHandlerThatStands(TEN, JOBS.reader().window(new Window(20, 100_000))));
    }

    /** Of a hundred messages. */
    private static long cameToAHandlerThatStands(Window transport, QueueReader<Integer> reader) {
        try (Sim sim = Sim.seeded(1)) {
            sim.network()
                    .use(SimSettings.lan()
                            .withLimits(new TransportLimits(
                                    1 << 20, 32 << 10, Writable.SIGNALLED, Polling.ONE_THREAD, transport)));
            Node sender = sim.node("sender");
            CompletableFuture<Void> never = new CompletableFuture<>();
            Subscription work = sim.node("worker").pullAsync(reader, m -> never);
            sender.pusher(JOBS).awaitWorkers(1, LIMIT);
            for (int i = 0; i < 100; i++) {
                sender.pusher(JOBS).send(i);
            }
            sim.run(LIMIT);
            return work.stats().waiting();
        }
    }
}
