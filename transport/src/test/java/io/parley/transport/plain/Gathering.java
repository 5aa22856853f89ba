package io.parley.transport.plain;

import static org.junit.jupiter.api.Assertions.fail;

import io.parley.core.Node;
import io.parley.core.NodeEvent;
import io.parley.core.channel.Happening;
import io.parley.transport.Zmtp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A node under test, what came, and what was told. */
final class Gathering implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final List<NodeEvent> events = new CopyOnWriteArrayList<>();
    final BlockingQueue<List<byte[]>> came = new LinkedBlockingQueue<>();
    final Node node = Node.builder("gathering")
            .transport(Zmtp.transport())
            .onEvent(events::add)
            .linger(Duration.ofSeconds(2))
            .open();

    void take(List<byte[]> frames) {
        came.add(frames);
    }

    /** Waits until each of these has come, in any order and perhaps more than once. */
    void awaitAll(String spec) throws InterruptedException {
        List<List<byte[]>> missing = new ArrayList<>(ZmqProgram.messages(spec));
        while (!missing.isEmpty()) {
            List<byte[]> next = next();
            missing.removeIf(one -> ZmqProgram.same(one, next));
        }
    }

    List<byte[]> next() throws InterruptedException {
        @Nullable List<byte[]> next = came.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came within " + PATIENCE + "; " + events);
        }
        return next;
    }

    boolean told(Happening what, String text) {
        return events.stream()
                .anyMatch(event -> event.what() == what && event.detail().contains(text));
    }

    void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                fail("not within " + PATIENCE + ": " + what + "; " + events);
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
