package io.parley.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Pusher;
import io.parley.core.WorkQueue;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.reliability.Journal;
import io.parley.reliability.JournalDirectory;
import io.parley.tools.node.Transports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An interrupt would close the file that its thread writes to. */
@Timeout(60)
class InterruptedSendTest {
    private static final WorkQueue<String> JOBS =
            WorkQueue.of("jobs", Codec.utf8()).durable();
    private static final int SENDERS = 3;
    private static final int EACH = 200;
    private static final int INTERRUPTS = 50;

    @TempDir
    private Path directory;

    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final AtomicReference<Thread> victim = new AtomicReference<>();

    @Test
    void shouldHarmNobodyElseWhenAThreadIsInterruptedInSend() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS + 1);
        try (Node node = Node.builder("sender")
                .listen("tcp://127.0.0.1:0")
                .transport(Transports.named(""))
                .delivery(Journal.in(directory))
                .open()) {
            Pusher<String> pusher = node.pusher(JOBS);
            List<Future<?>> all = new ArrayList<>();
            all.add(threads.submit(() -> sendInterrupted(pusher)));
            for (int i = 0; i < SENDERS; i++) {
                String name = "t" + i;
                all.add(threads.submit(sending(pusher, name)));
            }
            while (!all.get(0).isDone()) {
                Thread target = victim.get();
                if (target != null) {
                    target.interrupt();
                }
                Thread.onSpinWait();
            }
            for (Future<?> one : all) {
                one.get();
            }
            pusher.send("afterwards");
            confirmed.add("afterwards");
        } finally {
            threads.shutdownNow();
        }
        assertEquals(INTERRUPTS, interrupted.get());
        assertTrue(confirmed.size() > SENDERS * EACH, () -> confirmed.size() + " were confirmed");
        List<String> kept = new ArrayList<>();
        try (JournalDirectory journals = JournalDirectory.look(directory)) {
            journals.read(
                    "log-queue-jobs",
                    entry -> kept.add(UTF_8.decode(entry.payload().duplicate()).toString()));
        }
        assertTrue(kept.containsAll(confirmed));
    }

    private Callable<Void> sending(Pusher<String> pusher, String name) {
        return () -> {
            for (int i = 0; i < EACH; i++) {
                pusher.send(name + "-" + i);
                confirmed.add(name + "-" + i);
            }
            return null;
        };
    }

    private Void sendInterrupted(Pusher<String> pusher) {
        for (int i = 0; interrupted.get() < INTERRUPTS; i++) {
            victim.set(Thread.currentThread());
            try {
                pusher.send("victim-" + i);
                confirmed.add("victim-" + i);
            } catch (ParleyException e) {
                assertEquals(ErrorCode.INTERRUPTED, e.code());
                assertTrue(Thread.currentThread().isInterrupted(), "its flag is kept");
                interrupted.incrementAndGet();
            } finally {
                victim.set(null);
                Thread.interrupted();
            }
        }
        return null;
    }
}
