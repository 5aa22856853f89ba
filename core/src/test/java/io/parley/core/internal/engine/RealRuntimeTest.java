package io.parley.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.spi.Runtime.Signal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RealRuntimeTest {
    private static final int STEPS = 10_000;

    private final RealRuntime runtime = new RealRuntime();
    private final Signal signal = runtime.newSignal();

    @Test
    void shouldWakeAWaitingThreadOnlyForItsCondition() throws Exception {
        AtomicBoolean ready = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        BooleanSupplier condition = () -> {
            if (Thread.currentThread() == waiter.getNow(null)) {
                looks.incrementAndGet();
            }
            return ready.get();
        };
        CompletableFuture<Boolean> held = CompletableFuture.supplyAsync(() -> {
            waiter.complete(Thread.currentThread());
            return await(condition);
        });
        awaitParked(waiter.get());

        for (int step = 0; step < STEPS; step++) {
            signal.signal();
        }
        assertTrue(looks.get() < STEPS / 100, looks + " looks of the waiting thread");

        ready.set(true);
        signal.signal();
        assertTrue(held.get());
    }

    @Test
    void shouldWakeEachOfSeveralWhenItsOwnConditionHolds() throws Exception {
        AtomicInteger stage = new AtomicInteger();
        CompletableFuture<Boolean> later = CompletableFuture.supplyAsync(() -> await(() -> stage.get() >= 2));
        CompletableFuture<Boolean> sooner = CompletableFuture.supplyAsync(() -> await(() -> stage.get() >= 1));

        stage.set(1);
        signal.signal();
        assertTrue(sooner.get());
        assertFalse(later.isDone());

        stage.set(2);
        signal.signal();
        assertTrue(later.get());
    }

    @Test
    void shouldThrowWhatAConditionThrowsWhereItIsAwaited() throws Exception {
        AtomicBoolean failing = new AtomicBoolean();
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        CompletableFuture<Boolean> held = CompletableFuture.supplyAsync(() -> {
            waiter.complete(Thread.currentThread());
            return await(() -> {
                if (failing.get()) {
                    throw new IllegalStateException("a condition that fails");
                }
                return false;
            });
        });
        awaitParked(waiter.get());

        failing.set(true);
        signal.signal();
        ExecutionException thrown = assertThrows(ExecutionException.class, held::get);
        assertTrue(thrown.getCause() instanceof IllegalStateException, thrown.toString());
    }

    @Test
    void shouldSayThatTheConditionDidNotHoldInTime() throws Exception {
        assertFalse(runtime.await(signal, () -> false, TimeUnit.MILLISECONDS.toNanos(1)));
    }

    private boolean await(BooleanSupplier condition) {
        try {
            return runtime.await(signal, condition, TimeUnit.SECONDS.toNanos(20));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }
}
