package io.parley.reliability.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.ReaderSettings;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.identity.NodeId;
import io.parley.core.wire.Settle.Outcome;
import io.parley.reliability.internal.protocol.FakeWorkers.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Seeded schedules of everything that can happen to a queue: P5, P8, P10, P11, P12, P26. */
@Timeout(60)
class QueueScheduleTest {
    static LongStream seeds() {
        return Chance.seeds(300);
    }

    /** What is checked while a schedule runs. */
    private static final class Watch {
        final QueueWorld world;
        final Chance chance;
        final Map<String, Set<Long>> doneBy = new HashMap<>();

        /** What ran where it was taken for lost; it may run beside its heir, and beside what comes after that. */
        final Set<Running> givenUp = new HashSet<>();

        boolean kills;

        Watch(QueueWorld world, Chance chance) {
            this.world = world;
            this.chance = chance;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldProcessEachMessageAndNoneTwiceInOneProcess(long seed) {
        Chance chance = new Chance(seed);
        Watch watch = new Watch(new QueueWorld(seed), chance);
        QueueWorld world = watch.world;
        watch.kills = chance.oneIn(3);
        for (int i = 1 + chance.below(2); i > 0; i--) {
            world.sender(new RetryPolicy(1_000, 1_000, Duration.ofMillis(100), Duration.ofSeconds(1)));
        }
        for (int i = 1 + chance.below(3); i > 0; i--) {
            world.worker(new ReaderSettings.Work(1 + chance.below(3), Duration.ofHours(100)));
        }
        for (int step = 0; step < 3_000; step++) {
            step(watch);
        }
        heal(watch);
        world.senders.forEach(s -> check(watch, s));
    }

    private static void step(Watch watch) {
        Chance chance = watch.chance;
        QueueWorld world = watch.world;
        QueueWorld.Worker worker = world.workers.get(chance.below(world.workers.size()));
        QueueWorld.Sender sender = world.senders.get(chance.below(world.senders.size()));
        Wire wire = worker.wires.get(sender);
        boolean open = wire != null && wire.isOpen();
        switch (chance.below(14)) {
            case 0 -> appendSome(sender, chance);
            case 1 -> world.now += chance.below(300_000_000);
            case 2 -> world.now += 1_000;
            case 3, 4 -> sender.outlet.turn(world.now);
            case 5 -> endSome(watch, worker);
            case 6 -> interrupt(watch, worker, sender, open);
            default -> {
                if (open) {
                    move(world, chance, wire);
                    worker.pool.tellRecalled();
                }
            }
        }
        noteRuns(watch);
    }

    private static void move(QueueWorld world, Chance chance, Wire wire) {
        switch (chance.below(4)) {
            case 0 -> wire.send(world.now);
            case 1 -> wire.arrive(world.now);
            case 2 -> wire.answer(world.now);
            default -> wire.in().turn(wire, world.now);
        }
    }

    private static void appendSome(QueueWorld.Sender sender, Chance chance) {
        for (int i = chance.below(20); i > 0; i--) {
            sender.append(chance.oneIn(2) ? "k" + chance.below(4) : "");
        }
    }

    private static void interrupt(Watch watch, QueueWorld.Worker worker, QueueWorld.Sender sender, boolean open) {
        Chance chance = watch.chance;
        QueueWorld world = watch.world;
        if (!open) {
            if (chance.oneIn(2)) {
                worker.attach(sender);
            } else if (worker.wires.containsKey(sender)) {
                sender.outlet.peerLost(worker.id, world.now);
                worker.pool.running().stream()
                        .filter(r -> r.task.peer().equals(sender.peer))
                        .forEach(watch.givenUp::add);
            }
        } else if (chance.oneIn(15)) {
            worker.wires.get(sender).cut(world.now);
        } else if (watch.kills && chance.oneIn(100)) {
            worker.die();
            if (chance.oneIn(2)) {
                worker.restart();
            } else {
                worker.boot();
                world.senders.forEach(s -> s.outlet.peerGone(worker.id, world.now));
            }
        }
    }

    private static void endSome(Watch watch, QueueWorld.Worker worker) {
        for (Running run : worker.pool.running()) {
            if (watch.chance.oneIn(2)) {
                boolean done = !watch.chance.oneIn(4);
                worker.pool.end(run, done ? Outcome.DONE : Outcome.RETRY, "as chance has it");
                if (done) {
                    Set<Long> executed =
                            watch.doneBy.computeIfAbsent(worker.peer + " " + run.task.peer(), w -> new HashSet<>());
                    assertTrue(executed.add(run.lsn()), "executed twice in one process: " + run.lsn());
                }
            }
        }
    }

    /** One message of a key at a time, unless one still runs in a process that was given up. */
    private static void noteRuns(Watch watch) {
        for (QueueWorld.Sender sender : watch.world.senders) {
            Map<String, Set<Long>> running = new HashMap<>();
            for (QueueWorld.Worker worker : watch.world.workers) {
                if (!worker.attached(sender)) {
                    continue;
                }
                for (Running run : worker.pool.running()) {
                    if (!run.task.peer().equals(sender.peer) || watch.givenUp.contains(run)) {
                        continue;
                    }
                    String key = sender.appender.sent().get((int) run.lsn() - 1).key();
                    if (!key.isEmpty()) {
                        running.computeIfAbsent(worker.id + key, k -> new HashSet<>())
                                .add(run.lsn());
                    }
                }
            }
            running.values().forEach(lsns -> assertEquals(1, lsns.size(), "two messages of a key run at once"));
        }
    }

    private static void heal(Watch watch) {
        QueueWorld world = watch.world;
        for (QueueWorld.Worker worker : world.workers) {
            for (QueueWorld.Sender sender : world.senders) {
                if (!worker.attached(sender)) {
                    worker.attach(sender);
                }
            }
        }
        for (int i = 0; i < 20_000 && !allSettled(world); i++) {
            world.flow();
            world.now += 1_000;
            world.workers.forEach(w -> endAll(watch, w));
            if (i % 20 == 19) {
                world.pass(Duration.ofMillis(500));
            }
        }
    }

    private static boolean allSettled(QueueWorld world) {
        return world.senders.stream().allMatch(s -> s.outlet.flushedLsn() == s.log.nextLsn());
    }

    private static void endAll(Watch watch, QueueWorld.Worker worker) {
        for (Running run : worker.pool.running()) {
            worker.pool.end(run, Outcome.DONE, "");
            Set<Long> executed =
                    watch.doneBy.computeIfAbsent(worker.peer + " " + run.task.peer(), x -> new HashSet<>());
            assertTrue(executed.add(run.lsn()), "executed twice in one process: " + run.lsn());
        }
    }

    private static void check(Watch watch, QueueWorld.Sender sender) {
        int sent = sender.appender.sent().size();
        List<Long> completed = new ArrayList<>(sender.heard.completed);
        assertEquals(
                LongStream.rangeClosed(1, sent).boxed().toList(),
                completed.stream().sorted().toList());
        assertEquals(0, sender.heard.dead.size());
        assertEquals(sent + 1, sender.outlet.flushedLsn());
        for (int k = 0; k < 4 && !watch.kills; k++) {
            String key = "k" + k;
            List<Long> order = completed.stream()
                    .filter(l -> sender.appender.sent().get((int) (l - 1)).key().equals(key))
                    .toList();
            assertEquals(order.stream().sorted().toList(), order, "order of " + key);
        }
        for (Map.Entry<Long, List<NodeId>> by : sender.heard.processed.entrySet()) {
            assertEquals(1, by.getValue().size(), "settled twice: " + by.getKey());
        }
    }
}
