package io.parley.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.spi.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SharedLoopTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    private final Work work = new Work();
    private final SharedLoop loop = new SharedLoop("test", work);

    @AfterEach
    void end() {
        work.over = true;
        work.wakeUp();
        loop.call();
        assertTrue(loop.join(LONG), "the loop's thread ended");
        assertEquals(0, work.overlaps.get(), "turns that ran at the same time");
    }

    /** Turns that take from a queue, wait for a wake-up, and notice when two threads run them at once. */
    private static final class Work implements Runtime.Turns {
        private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
        private final Semaphore wakeUps = new Semaphore(0);
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger overlaps = new AtomicInteger();
        private volatile boolean over;
        private long plain; // no lock, no volatile: only its owner's turn may count

        @Override
        public long turn() {
            return alone(() -> {
                for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
                    plain++;
                    task.run();
                }
                return over ? -1 : LONG;
            });
        }

        @Override
        public void pause(long maxNanos) {
            long unused = alone(() -> {
                try {
                    if (wakeUps.tryAcquire(maxNanos, TimeUnit.NANOSECONDS)) {
                        wakeUps.drainPermits();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return 0;
            });
        }

        private long alone(java.util.function.LongSupplier step) {
            if (inside.incrementAndGet() != 1) {
                overlaps.incrementAndGet();
            }
            try {
                return step.getAsLong();
            } finally {
                inside.decrementAndGet();
            }
        }

        void wakeUp() {
            wakeUps.release();
        }
    }

    private void submit(Runnable task) {
        work.queue.add(task);
        work.wakeUp();
        loop.call();
    }

    private Runtime.Guest enter() {
        Runtime.@Nullable Guest guest = loop.enter(work::wakeUp);
        assertNotNull(guest);
        return guest;
    }

    @Test
    void shouldRunWhatAGuestWaitsForOnTheGuestsOwnThread() throws InterruptedException {
        loop.start();
        List<Thread> ran = new ArrayList<>();
        try (Runtime.Guest guest = enter()) {
            assertTrue(loop.current());
            submit(() -> ran.add(Thread.currentThread()));
            assertTrue(guest.runUntil(() -> !ran.isEmpty(), LONG));
        }
        assertEquals(List.of(Thread.currentThread()), ran);
        assertFalse(loop.current());
    }

    @Test
    void shouldGoOnByItselfWhenTheGuestHasLeft() throws InterruptedException {
        loop.start();
        for (int i = 0; i < 1_000; i++) {
            try (Runtime.Guest guest = enter()) {
                assertFalse(guest.runUntil(() -> false, 0));
            }
        }
        Semaphore done = new Semaphore(0);
        submit(done::release);
        assertTrue(done.tryAcquire(30, TimeUnit.SECONDS), "the host took the loop back");
    }

    @Test
    void shouldTakeTheLoopBackFromALongStay() throws InterruptedException {
        loop.start();
        try (Runtime.Guest guest = enter()) {
            assertFalse(guest.runUntil(() -> false, TimeUnit.MILLISECONDS.toNanos(20)));
        }
        Semaphore done = new Semaphore(0);
        submit(done::release);
        assertTrue(done.tryAcquire(30, TimeUnit.SECONDS));
    }

    @Test
    void shouldLetInOneGuestAtATime() throws InterruptedException {
        loop.start();
        Semaphore refused = new Semaphore(0);
        try (Runtime.Guest guest = enter()) {
            Thread second = new Thread(() -> {
                if (loop.enter(work::wakeUp) == null) {
                    submit(refused::release);
                }
            });
            second.start();
            assertTrue(guest.runUntil(() -> refused.availablePermits() == 1, LONG));
            second.join();
        }
    }

    @Test
    void shouldGiveTheLoopBackWhenTheGuestIsInterrupted() throws InterruptedException {
        loop.start();
        assertThrows(InterruptedException.class, () -> {
            try (Runtime.Guest guest = enter()) {
                Thread.currentThread().interrupt();
                guest.runUntil(() -> false, LONG);
            }
        });
        Semaphore done = new Semaphore(0);
        submit(done::release);
        assertTrue(done.tryAcquire(30, TimeUnit.SECONDS));
    }

    @Test
    void shouldEndWhenTheLoopIsOverInAGuestsTurn() throws InterruptedException {
        loop.start();
        try (Runtime.Guest guest = enter()) {
            work.over = true;
            assertFalse(guest.runUntil(() -> false, LONG));
        }
        assertTrue(loop.join(LONG));
        assertNull(loop.enter(work::wakeUp), "there is nothing left to run");
    }

    /** Guests come and go while others submit: each task runs once, no two turns at a time, and nothing waits for ever. */
    @Test
    void shouldLoseNothingBetweenGuests() throws InterruptedException {
        loop.start();
        int threads = 4;
        int each = 3_000;
        AtomicInteger ran = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            all.add(new Thread(() -> ask(each, ran)));
        }
        all.forEach(Thread::start);
        for (Thread thread : all) {
            thread.join();
        }
        assertEquals(threads * each, ran.get());
        Semaphore looked = new Semaphore(0);
        long[] counted = new long[1];
        submit(() -> {
            counted[0] = work.plain;
            looked.release();
        });
        assertTrue(looked.tryAcquire(30, TimeUnit.SECONDS));
        assertEquals((long) threads * each + 1, counted[0], "each owner saw what the one before had counted");
    }

    private void ask(int times, AtomicInteger ran) {
        for (int i = 0; i < times; i++) {
            Semaphore done = new Semaphore(0);
            Runtime.@Nullable Guest guest = loop.enter(work::wakeUp);
            submit(() -> {
                ran.incrementAndGet();
                done.release();
            });
            try {
                if (guest == null) {
                    assertTrue(done.tryAcquire(30, TimeUnit.SECONDS));
                } else {
                    try (guest) {
                        assertTrue(guest.runUntil(() -> done.availablePermits() > 0, LONG));
                    }
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
