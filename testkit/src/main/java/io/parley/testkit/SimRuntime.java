package io.parley.testkit;

import io.parley.core.identity.NodeId;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Entropy;
import io.parley.core.spi.Runtime;
import io.parley.testkit.net.SimNetwork;
import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Threads, time and chance of one simulated process: turns and handlers are events, and waiting lets other events happen. */
final class SimRuntime implements Runtime {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;

    private final SimProcess process;
    private final SimNetwork network;
    private final SimPump pump;
    private final SeededEntropy chance;
    private final Entropy entropy;
    private long wallOffset;
    private final SimLoop loop = new SimLoop();

    SimRuntime(SimProcess process, SimNetwork network, SimPump pump, SeededEntropy chance) {
        this.process = process;
        this.network = network;
        this.pump = pump;
        this.chance = chance;
        Entropy drawn = chance.split();
        NodeId keys = process.place().keys();
        entropy = keys == null ? drawn : beginningWith(keys, drawn);
    }

    /** The first 16 bytes that a node draws are its NodeId. */
    private static Entropy beginningWith(NodeId keys, Entropy rest) {
        ArrayDeque<Long> first = new ArrayDeque<>(List.of(keys.high(), keys.low()));
        return () -> {
            Long next = first.poll();
            return next == null ? rest.nextLong() : next;
        };
    }

    void jumpWallClock(Duration by) {
        wallOffset += by.toMillis();
    }

    /** The transport has something to tell. */
    void news() {
        loop.news();
    }

    boolean loopIsOver() {
        return loop.over;
    }

    @Override
    public Clock clock() {
        return new Clock() {
            @Override
            public long nanos() {
                return network.clock().nanos();
            }

            @Override
            public long millis() {
                return network.clock().millis() + wallOffset;
            }
        };
    }

    @Override
    public Entropy entropy() {
        return entropy;
    }

    @Override
    public Loop startLoop(String name, Turns turns) {
        loop.begin(turns);
        return loop;
    }

    @Override
    public Worker startWorker(String name, Runnable work) {
        AtomicBoolean done = new AtomicBoolean();
        process.after(chance.nextBetween(MICRO, 20 * MICRO), () -> {
            work.run();
            done.set(true);
        });
        return nanos -> awaitCalmly(done::get, nanos);
    }

    @Override
    public Handlers openHandlers(String name, int maxThreads) {
        return new SimHandlers(maxThreads);
    }

    @Override
    public boolean await(Signal signal, BooleanSupplier condition, long nanos) throws InterruptedException {
        return pump.await(signal, condition, nanos);
    }

    @Override
    public Signal newSignal() {
        return new Signal() {
            @Override
            public void signal() {
                pump.signalled(this);
            }
        };
    }

    /** Waits to the end, and keeps an interrupt for later. */
    private boolean awaitCalmly(BooleanSupplier condition, long nanos) {
        long deadline = network.clock().nanos() + nanos;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return pump.await(
                            null, condition, deadline - network.clock().nanos());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A loop whose turns are events, each of which takes a little while. */
    private final class SimLoop implements Loop {
        private Turns turns = new Turns() {
            @Override
            public long turn() {
                return -1;
            }

            @Override
            public void pause(long maxNanos) {
                // not begun
            }
        };
        private long planned;
        private boolean resting;
        private boolean news;
        private boolean over;
        private boolean inTurn;

        void begin(Turns newTurns) {
            turns = newTurns;
            process.after(turnTime(), () -> inTurn(this::turn));
        }

        private long turnTime() {
            return chance.nextBetween(MICRO, 20 * MICRO);
        }

        private void inTurn(Runnable action) {
            inTurn = true;
            try {
                action.run();
            } finally {
                inTurn = false;
            }
        }

        private void turn() {
            long pause = turns.turn();
            if (pause < 0) {
                over = true;
                return;
            }
            resting = !news && pause > 0;
            plan(resting ? pause : turnTime());
        }

        private void plan(long nanos) {
            long mine = ++planned;
            process.after(nanos, () -> {
                if (mine == planned && !over) {
                    inTurn(this::wake);
                }
            });
        }

        private void wake() {
            resting = false;
            news = false;
            turns.pause(0);
            turn();
        }

        void news() {
            news = true;
            if (resting && !over) {
                resting = false;
                plan(turnTime());
            }
        }

        @Override
        public boolean current() {
            return inTurn && pump.current() == process;
        }

        @Override
        public boolean join(long nanos) {
            return awaitCalmly(() -> over, nanos);
        }
    }

    /** Handler threads: what they run are events, a little later, and as many at once as there are threads. */
    private final class SimHandlers implements Handlers {
        private final int maxThreads;
        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        private final Set<Thread> running = new LinkedHashSet<>();
        private int taken;
        private boolean closed;

        SimHandlers(int maxThreads) {
            this.maxThreads = maxThreads;
        }

        @Override
        public void execute(Runnable task) {
            if (closed) {
                return;
            }
            waiting.add(task);
            begin();
        }

        private void begin() {
            if (taken < maxThreads && !waiting.isEmpty()) {
                taken++;
                process.after(delay(), this::runNext);
            }
        }

        /** Mostly a hop between threads; now and then the machine is busy. */
        private long delay() {
            return chance.chance(0.02)
                    ? chance.nextBetween(100 * MICRO, 5 * MILLI)
                    : chance.nextBetween(2 * MICRO, 60 * MICRO);
        }

        private void runNext() {
            Runnable task = waiting.poll();
            Thread thread = Thread.currentThread();
            running.add(thread);
            try {
                if (task != null) {
                    task.run();
                }
            } finally {
                running.remove(thread);
                taken--;
                begin();
            }
        }

        @Override
        public int running() {
            return running.size();
        }

        @Override
        public boolean close(long nanos) {
            closed = true;
            if (awaitCalmly(() -> taken == 0, nanos / 2)) {
                return true;
            }
            running.forEach(Thread::interrupt);
            return awaitCalmly(() -> taken == 0, nanos / 2);
        }
    }
}
