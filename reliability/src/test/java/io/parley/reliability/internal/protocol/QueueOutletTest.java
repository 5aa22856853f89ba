package io.parley.reliability.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.spi.OutletSession;
import io.parley.core.wire.Settle.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QueueOutletTest {
    private final QueueWorld world = new QueueWorld(1);
    private final QueueWorld.Sender sender = world.sender();

    private QueueWorld.Worker attached(int concurrency) {
        QueueWorld.Worker worker = world.worker(concurrency);
        worker.attach();
        return worker;
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void shouldKeepMessagesUntilSomebodyWorks() {
        sender.append(3);
        world.flow();
        assertEquals(3, sender.outlet.status().waiting());
        QueueWorld.Worker worker = attached(1);
        world.finish();
        assertEquals(upTo(3), worker.ran());
        assertEquals(upTo(3), sender.heard.completed);
        assertEquals(4, sender.outlet.flushedLsn());
        assertEquals(0, sender.outlet.status().waiting());
    }

    @Test
    void shouldSpreadFewMessagesOverIdleWorkers() {
        QueueWorld.Worker a = attached(1);
        QueueWorld.Worker b = attached(1);
        QueueWorld.Worker c = attached(1);
        world.flow();
        sender.append(10);
        world.flow();
        assertEquals(1, a.pool.running().size());
        assertEquals(1, b.pool.running().size());
        assertEquals(1, c.pool.running().size());
        assertEquals(3, sender.outlet.status().outstanding(), "slow handlers hoard nothing");
        world.finish();
        assertEquals(10, sender.heard.completed.size());
    }

    @Test
    void shouldRunAsManyAtOnceAsTheWorkerSays() {
        QueueWorld.Worker worker = attached(4);
        sender.append(10);
        world.flow();
        assertEquals(4, worker.pool.running().size());
        world.finish();
        assertEquals(4, worker.pool.most);
        assertEquals(10, worker.ran().size());
    }

    @Test
    void shouldStartFastHandlersInBatchesAndSlowOnesOneByOne() {
        QueueWorld.Worker worker = attached(1);
        sender.append(5_000);
        world.finish();
        assertTrue(worker.pool.largestBatch > 50, "largest batch " + worker.pool.largestBatch);
        assertEquals(5_000, sender.heard.completed.size());
        QueueWorld slow = new QueueWorld(2);
        QueueWorld.Sender other = slow.sender();
        QueueWorld.Worker plodder = slow.worker(1);
        plodder.attach();
        other.append(50);
        slow.flow();
        while (plodder.pool.running().size() == 1) {
            slow.advance(Duration.ofMillis(40));
            plodder.end(Outcome.DONE);
            slow.flow();
            assertTrue(other.outlet.status().outstanding() <= 2, "hoards " + other.outlet.status());
        }
        assertEquals(1, plodder.pool.largestBatch);
        assertEquals(50, other.heard.completed.size());
    }

    @Test
    void shouldNotTakeALaterOneForExecutedWhenAnEarlierOneComes() { // P10
        QueueWorld.Worker a = attached(1);
        QueueWorld.Worker b = attached(1);
        sender.append(9);
        world.finish();
        sender.append(1);
        world.flow();
        QueueWorld.Worker with10 = a.pool.running().isEmpty() ? b : a;
        QueueWorld.Worker with11 = with10 == a ? b : a;
        sender.append(1);
        world.flow();
        assertEquals(11, with11.pool.running().get(0).lsn());
        with10.end(Outcome.DONE);
        sender.append(1);
        world.flow();
        assertEquals(12, with10.pool.running().get(0).lsn());
        with10.end(Outcome.DONE);
        world.flow();
        with11.die();
        world.finish();
        assertTrue(with10.ran().contains(11L), "11 comes after 12, and is still new here");
        assertEquals(upTo(12), sender.heard.completed.stream().sorted().toList());
    }

    @Test
    void shouldAnswerAgainWhatItExecutedInsteadOfRunningItTwice() { // P5, P10
        QueueWorld.Worker worker = attached(1);
        sender.append(20);
        world.flow();
        for (int i = 0; i < 20; i++) {
            worker.end(Outcome.DONE);
            worker.turn(); // the answers leave
            worker.cut(); // and are lost
            worker.attach();
            world.flow();
        }
        world.finish();
        assertEquals(upTo(20), worker.ran());
        assertEquals(20, sender.heard.completed.size());
    }

    @Test
    void shouldRunOneMessageOfAKeyAtATimeInOrder() { // P12
        QueueWorld.Worker a = attached(4);
        QueueWorld.Worker b = attached(4);
        for (int i = 0; i < 40; i++) {
            sender.append("k" + i % 3);
        }
        sender.append("");
        world.flow();
        assertEquals(4, a.pool.running().size() + b.pool.running().size(), "three keys and one without");
        world.finish();
        assertEquals(41, sender.heard.completed.size());
        for (int k = 0; k < 3; k++) {
            int key = k;
            List<Long> done = sender.heard.completed.stream()
                    .filter(l -> (l - 1) % 3 == key && l <= 40)
                    .toList();
            assertEquals(done.stream().sorted().toList(), done);
        }
    }

    @Test
    void shouldBlockOnlyTheKeyThatFails() {
        QueueWorld.Worker worker = attached(1);
        sender.append("bad");
        sender.append("bad");
        sender.append("good");
        world.flow();
        worker.end(Outcome.RETRY);
        world.finish();
        assertEquals(List.of(3L), sender.heard.completed);
        world.pass(Duration.ofSeconds(2));
        world.finish();
        assertEquals(List.of(3L, 1L, 2L), sender.heard.completed);
    }

    @Test
    void shouldGiveBackWhatWaitsBehindAHandlerThatTurnedSlow() {
        QueueWorld.Worker a = attached(1);
        sender.append(500);
        for (int i = 0; i < 30; i++) {
            world.flow();
            world.now += 1_000;
            a.end(Outcome.DONE);
        }
        world.flow();
        sender.append(100);
        world.flow();
        assertTrue(sender.outlet.status().outstanding() > 50);
        QueueWorld.Worker b = attached(1);
        for (int i = 0; i < 100; i++) {
            world.pass(Duration.ofMillis(100));
            world.now += 1_000;
            while (b.end(Outcome.DONE)) {
                world.flow();
            }
        }
        assertEquals(599, sender.heard.completed.size(), "all but the one that hangs");
        assertEquals(1, a.pool.running().size());
    }

    @Test
    void shouldGiveNothingNewToAMemberThatDrains() {
        QueueWorld.Worker a = attached(1);
        sender.append(2);
        world.flow();
        a.wires.get(sender).cut(OutletSession.Ending.DRAINING, world.now);
        QueueWorld.Worker b = attached(1);
        world.flow();
        assertEquals(List.of(2L), b.ran());
        assertEquals(1, a.pool.running().size());
    }

    @Test
    void shouldExpireWhatNobodyTook() {
        sender.appender.wall(world.now / 1_000_000);
        sender.appender.append("", "", 5_000, 8);
        sender.appender.append("key", "", 5_000, 8);
        sender.append(1);
        world.flow();
        world.pass(Duration.ofSeconds(6));
        assertEquals(List.of(1L, 2L), sender.heard.expired.stream().sorted().toList());
        QueueWorld.Worker worker = attached(1);
        world.finish();
        assertEquals(List.of(3L), worker.ran());
        assertEquals(2, sender.heard.expired.size());
        assertEquals(4, sender.outlet.flushedLsn());
    }

    @Test
    void shouldPassOverMessagesThatWereDroppedBeforeTheyWereWritten() {
        QueueWorld.Worker worker = attached(1);
        sender.append(2);
        sender.log.skip(3);
        sender.append(1);
        sender.log.skip(2);
        world.finish();
        assertEquals(List.of(1L, 2L, 6L), worker.ran());
        assertEquals(9, sender.outlet.flushedLsn());
    }

    @Test
    void shouldFreeTheLogOfWhatIsDone() {
        QueueWorld.Worker worker = attached(1);
        for (int round = 0; round < 20; round++) {
            sender.append(10_000);
            world.finish();
        }
        assertEquals(200_000, sender.heard.completed.size());
        assertTrue(sender.log.usedBytes() < 256 * 1024, "used " + sender.log.usedBytes());
        assertEquals(200_000, worker.member.idle() ? sender.outlet.flushedLsn() - 1 : 0);
        assertFalse(worker.pool.began.isEmpty());
    }

    @Test
    void shouldGoOnBehindABacklogThatExpiredBeforeAnybodyCame() {
        for (int i = 0; i < 50; i++) {
            sender.appender.wall(world.now / 1_000_000);
            sender.appender.append("", "", 100, 1_000);
        }
        world.flow();
        world.advance(Duration.ofSeconds(1));
        world.flow();
        sender.append(3);
        assertTrue(sender.log.firstLsn() > 1, "the blocks of what expired are gone");
        QueueWorld.Worker worker = world.worker(1);
        worker.attach();
        world.finish();
        assertEquals(List.of(51L, 52L, 53L), worker.ran());
    }

    /** A fast worker, so that it holds messages ahead. */
    private QueueWorld.Worker fast() {
        QueueWorld.Worker worker = attached(1);
        sender.append(400);
        for (int i = 0; i < 200; i++) {
            world.flow();
            world.now += 1_000;
            worker.end(Outcome.DONE);
        }
        return worker;
    }

    private void appendMortals(int count) {
        sender.appender.wall(world.now / 1_000_000);
        for (int i = 0; i < count; i++) {
            sender.appender.append("", "", 500, 16);
        }
    }

    private void nothingBeginsAfterItsTime(QueueWorld.Worker worker) {
        world.flow();
        long ahead = sender.outlet.status().outstanding();
        assertTrue(ahead > 10, () -> "holds some ahead: " + sender.outlet.status());
        long before = worker.ran().size();
        world.pass(Duration.ofMillis(600));
        world.finish();
        assertEquals(before, worker.ran().size(), "started although its time was over");
        assertEquals(420, sender.heard.completed.size() + sender.heard.expired.size());
        assertTrue(sender.heard.expired.size() >= ahead - 1, () -> "" + sender.heard.expired);
        assertEquals(0, sender.heard.dead.size());
        assertEquals(421, sender.outlet.flushedLsn());
    }

    @Test
    void shouldNotStartWhatOutlivedItsTimeBehindABusySlot() {
        QueueWorld.Worker worker = fast();
        world.flow();
        while (worker.ran().size() < 400) {
            worker.end(Outcome.DONE);
            world.now += 1_000;
            world.flow();
        }
        assertEquals(399, sender.heard.completed.size(), "the last one runs, alone in its slot");
        appendMortals(20);
        nothingBeginsAfterItsTime(worker);
    }

    @Test
    void shouldNotStartWhatOutlivedItsTimeInABatchThatWasTakenBack() {
        QueueWorld.Worker worker = fast();
        appendMortals(20);
        while (worker.ran().size() < 401) {
            world.flow();
            world.now += 1_000;
            worker.end(Outcome.DONE);
        }
        nothingBeginsAfterItsTime(worker);
    }
}
