package io.parley.reliability.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.Happening;
import io.parley.core.channel.ReaderSettings;
import io.parley.core.wire.Lease;
import io.parley.core.wire.Position;
import io.parley.core.wire.Settle;
import io.parley.core.wire.Settle.Outcome;
import io.parley.reliability.internal.protocol.FakeWorkers.Running;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QueueFailureTest {
    private final QueueWorld world = new QueueWorld(1);
    private final QueueWorld.Sender sender = world.sender();

    private QueueWorld.Worker attached(int concurrency) {
        QueueWorld.Worker worker = world.worker(concurrency);
        worker.attach();
        return worker;
    }

    @Test
    void shouldTryAgainAfterAPauseAndCountAttempts() {
        QueueWorld.Worker worker = attached(1);
        sender.append(2);
        world.flow();
        worker.end(Outcome.RETRY);
        world.flow();
        assertEquals(List.of(1L, 2L), worker.ran(), "a failing message blocks nobody");
        worker.end(Outcome.DONE);
        world.flow();
        assertEquals(1, sender.outlet.status().later());
        world.pass(Duration.ofMillis(1_300));
        assertEquals(List.of(1L, 2L, 1L), worker.ran());
        Running again = worker.pool.began.get(2);
        assertEquals(2, again.task.attempt());
        assertEquals(Lease.Redelivered.MAYBE, again.task.redelivered());
    }

    @Test
    void shouldBeDeadAfterFiveAttempts() {
        QueueWorld.Worker worker = attached(1);
        sender.append(1);
        world.flow();
        for (int attempt = 1; attempt <= 5; attempt++) {
            assertEquals(attempt, worker.ran().size());
            worker.end(Outcome.RETRY);
            world.pass(Duration.ofSeconds(20));
        }
        assertEquals(List.of(new Heard.Dead(1, 5, 0, "as told")), sender.heard.dead);
        assertEquals(List.of(), sender.heard.completed);
        assertEquals(2, sender.outlet.flushedLsn());
    }

    @Test
    void shouldBeDeadAtOnceWhenTheHandlerSaysSo() {
        QueueWorld.Worker worker = attached(1);
        sender.append(1);
        world.flow();
        worker.end(Outcome.DEAD);
        world.flow();
        assertEquals(1, sender.heard.dead.size());
        assertEquals(1, worker.ran().size());
    }

    @Test
    void shouldGiveTheMessagesOfALostWorkerToOthersAtOnce() {
        QueueWorld.Worker a = attached(1);
        sender.append(1);
        world.flow();
        QueueWorld.Worker b = attached(1);
        a.die();
        world.flow();
        assertEquals(List.of(1L), b.ran());
        assertEquals(Lease.Redelivered.MAYBE, b.pool.began.get(0).task.redelivered());
        assertEquals(1, b.pool.began.get(0).task.attempt(), "a death is no attempt");
    }

    @Test
    void shouldLetTheFirstDoneWinWhoeverSaysIt() { // P8
        QueueWorld.Worker zombie = attached(1);
        sender.append(1);
        world.flow();
        zombie.cut();
        sender.outlet.peerLost(zombie.id, world.now);
        QueueWorld.Worker b = attached(1);
        world.flow();
        assertEquals(List.of(1L), b.ran());
        zombie.end(Outcome.DONE); // while cut off
        zombie.attach();
        world.flow();
        assertEquals(List.of(1L), sender.heard.completed);
        assertEquals(List.of(zombie.id), sender.heard.processed.get(1L));
        b.end(Outcome.DONE);
        world.flow();
        assertEquals(1, sender.heard.completed.size(), "the second DONE counts for nothing");
        assertEquals(1, zombie.ran().size(), "nothing twice to the same process");
    }

    @Test
    void shouldTellADoneAgainThatWasLostWithItsLink() { // P8
        QueueWorld.Worker zombie = attached(1);
        sender.append(1);
        world.flow();
        zombie.end(Outcome.DONE);
        zombie.turn(); // it is on the wire
        zombie.cut();
        sender.outlet.peerLost(zombie.id, world.now);
        QueueWorld.Worker heir = attached(1);
        world.flow();
        assertEquals(List.of(1L), heir.ran());
        zombie.attach();
        world.flow();
        assertEquals(List.of(zombie.id), sender.heard.processed.get(1L));
    }

    @Test
    void shouldKeepAKeyWithTheHeirUntilItIsThrough() { // P8, P12
        QueueWorld.Worker zombie = attached(1);
        sender.append("k");
        sender.append("k");
        world.flow();
        zombie.cut();
        sender.outlet.peerLost(zombie.id, world.now);
        QueueWorld.Worker heir = attached(2);
        world.flow();
        zombie.end(Outcome.DONE);
        zombie.attach();
        world.flow();
        assertEquals(List.of(1L), sender.heard.completed, "the first DONE wins");
        assertEquals(List.of(1L), heir.ran(), "the heir still runs the first one of this key");
        assertEquals(List.of(1L), zombie.ran());
        heir.cut();
        heir.attach();
        world.flow();
        assertEquals(List.of(1L), heir.ran(), "it holds it across a break of its link");
        heir.end(Outcome.RETRY);
        world.flow();
        assertEquals(3, heir.ran().size() + zombie.ran().size());
        world.finish();
        assertEquals(List.of(1L, 2L), sender.heard.completed);
        assertEquals(0, sender.outlet.status().outstanding());
    }

    @Test
    void shouldIgnoreTheLateRetryOfAZombie() { // P26
        QueueWorld.Worker zombie = attached(1);
        sender.append(1);
        world.flow();
        zombie.cut();
        sender.outlet.peerLost(zombie.id, world.now); // a false alarm
        QueueWorld.Worker b = attached(1);
        world.flow();
        zombie.attach();
        world.flow();
        long oldLease = 1L << JobTable.SLOT_BITS;
        zombie.wires
                .get(sender)
                .settle(List.of(new Settle.Item(oldLease, new Position(0, 1), Outcome.RETRY, 0, "late")));
        zombie.end(Outcome.RETRY);
        world.flow();
        assertEquals(0, sender.outlet.status().later());
        world.pass(Duration.ofSeconds(3));
        assertEquals(List.of(1L), b.ran());
        assertEquals(0, sender.outlet.status().later());
        assertEquals(1, sender.outlet.status().outstanding(), "the new holder's lease stands");
        b.end(Outcome.DONE);
        world.flow();
        assertEquals(List.of(1L), sender.heard.completed);
    }

    @Test
    void shouldAddNeitherAttemptNorDeathForAPartition() { // P11
        QueueWorld.Worker worker = world.worker(new ReaderSettings.Work(2, Duration.ofHours(10)));
        worker.attach();
        sender.append(2);
        world.flow();
        for (int i = 0; i < 10; i++) {
            worker.cut();
            sender.outlet.peerLost(worker.id, world.now);
            world.pass(Duration.ofMinutes(10));
            worker.attach();
            world.flow();
        }
        assertEquals(2, worker.ran().size(), "they still ran, and were not begun again");
        worker.end(Outcome.RETRY);
        world.flow();
        world.pass(Duration.ofSeconds(2));
        assertEquals(
                List.of(2, 2),
                worker.pool.running().stream().map(r -> r.task.attempt()).toList());
        world.finish();
        assertEquals(2, sender.heard.completed.size());
        assertEquals(List.of(), sender.heard.dead);
    }

    @Test
    void shouldRunAPoisonousMessageAloneAndGiveUpAfterFiveDeaths() { // P9
        QueueWorld.Sender innocent = world.sender();
        QueueWorld.Worker worker = attached(4);
        for (int i = 0; i < 8; i++) {
            sender.append("");
            innocent.append("");
        }
        int kills = 0;
        for (int step = 0;
                step < 10_000 && sender.heard.completed.size() + innocent.heard.completed.size() < 15;
                step++) {
            world.flow();
            Running poison = worker.pool.running().stream()
                    .filter(r -> r.lsn() == 3 && r.task.peer().equals(sender.peer))
                    .findAny()
                    .orElse(null);
            if (poison != null) {
                boolean alone = worker.pool.running().size() == 1;
                assertTrue(kills < 2 || alone, "after two deaths it takes nobody along");
                kills++;
                worker.die();
                worker.restart();
            } else if (!worker.pool.running().isEmpty()) {
                worker.pool.end(worker.pool.running().get(0), Outcome.DONE, "");
            }
            world.advance(Duration.ofMillis(200));
        }
        assertEquals(5, kills);
        assertEquals(
                List.of(3L), sender.heard.dead.stream().map(Heard.Dead::lsn).toList());
        assertEquals(5, sender.heard.dead.get(0).deaths());
        assertEquals(0, innocent.heard.dead.size());
        assertEquals(7, sender.heard.completed.size());
        assertEquals(8, innocent.heard.completed.size());
    }

    @Test
    void shouldCountADeathOnlyForWhatWasStarted() {
        QueueWorld.Worker worker = attached(1);
        sender.append(1_000);
        for (int i = 0; i < 20; i++) { // fast at first, so that it holds some ahead
            world.flow();
            world.now += 1_000;
            worker.end(Outcome.DONE);
        }
        sender.append(1_000);
        world.flow();
        assertTrue(sender.outlet.status().outstanding() > 1_000 / 4);
        worker.die();
        QueueWorld.Worker other = attached(1);
        world.flow();
        Set<Integer> attempts = new HashSet<>();
        other.pool.running().forEach(r -> attempts.add(r.task.attempt()));
        assertEquals(Set.of(1), attempts);
        assertEquals(List.of(), sender.heard.dead);
        world.finish();
        assertEquals(2_000, sender.heard.completed.size());
    }

    @Test
    void shouldEndAHangingHandlerAsADeadLetter() { // P28
        QueueWorld.Worker worker = world.worker(new ReaderSettings.Work(1, Duration.ofSeconds(10)));
        worker.attach();
        sender.append(1);
        world.flow();
        for (int i = 0; i < 1_000 && sender.heard.dead.isEmpty(); i++) {
            world.pass(Duration.ofSeconds(1));
            worker.pool.running().stream()
                    .filter(r -> r.interrupted)
                    .forEach(r -> worker.pool.end(r, Outcome.RETRY, "interrupted"));
        }
        assertEquals(5, sender.heard.dead.get(0).attempts());
        assertEquals(5, worker.happened.get(Happening.HANDLER_TIMEOUT));
        sender.append(1);
        world.finish();
        assertEquals(List.of(2L), sender.heard.completed, "the slot is free again");
    }

    @Test
    void shouldEndAHandlerThatIgnoresInterruptsAsADeadLetterToo() { // P28
        QueueWorld.Worker worker = world.worker(new ReaderSettings.Work(1, Duration.ofSeconds(10)));
        worker.attach();
        sender.append(1);
        world.flow();
        Running hangs = worker.pool.running().get(0);
        sender.append(5);
        world.pass(Duration.ofMinutes(10));
        assertEquals(
                List.of(1L), sender.heard.dead.stream().map(Heard.Dead::lsn).toList());
        assertEquals(1, worker.pool.began.size(), "nothing begins where nothing ends");
        QueueWorld.Worker other = attached(1);
        world.flow();
        while (other.end(Outcome.DONE)) {
            world.flow();
        }
        assertEquals(List.of(2L, 3L, 4L, 5L, 6L), other.ran());
        worker.pool.end(hangs, Outcome.DONE, "");
        world.flow();
        sender.append(2);
        world.flow();
        assertEquals(1, worker.pool.running().size(), "its slot is free again");
    }

    @Test
    void shouldRenewWhatItHolds() {
        QueueWorld.Worker a = attached(1);
        QueueWorld.Worker b = attached(1);
        sender.append(1);
        world.flow();
        world.pass(Duration.ofMinutes(5));
        assertEquals(1, a.ran().size() + b.ran().size(), "the lease was renewed");
    }

    @Test
    void shouldNotPunishMembersWhenItsOwnLoopWasAway() {
        QueueWorld.Worker a = attached(1);
        QueueWorld.Worker b = attached(1);
        sender.append(1);
        world.flow();
        world.advance(Duration.ofMinutes(2));
        world.flow();
        assertEquals(1, a.ran().size() + b.ran().size());
    }

    @Test
    void shouldTakeALeaseAwayThatRunsOut() {
        QueueWorld.Worker a = attached(1);
        sender.append(1);
        world.flow();
        QueueWorld.Worker b = world.worker(1);
        b.attach();
        world.workers.remove(a); // it answers nothing any more, and its link stands
        world.pass(Duration.ofSeconds(40));
        assertEquals(List.of(1L), b.ran());
        assertEquals(2, b.pool.began.get(0).task.attempt(), "it had been started");
        assertNotSame(a.pool, b.pool);
    }
}
