package io.parley.reliability.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.wire.Ack;
import io.parley.core.wire.Credit;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.FrameHeader;
import io.parley.core.wire.MalformedFrame;
import io.parley.core.wire.Position;
import io.parley.core.wire.Renew;
import io.parley.core.wire.Settle;
import io.parley.core.wire.Settle.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames that can be read, and say what cannot be: they harm nobody but the link that they came by. P20. */
@Timeout(60)
class StrangeFramesTest {
    private static final long[] STRANGE = {0, 1, -1, 7, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 24, 1L << 24 | 1, 2L << 24
    };

    private static final List<Outcome> OUTCOMES = List.of(Outcome.values());

    static LongStream seeds() {
        return Chance.seeds(300);
    }

    @Test
    void shouldRefuseAQueuesMessagesWithoutLeases() {
        QueueWorld world = new QueueWorld(1);
        world.sender();
        QueueWorld.Worker worker = world.worker(1);
        worker.attach();
        ByteBuffer b = ByteBuffer.allocate(DataHead.BYTES + 24).order(ByteOrder.LITTLE_ENDIAN);
        DataHead.put(b, 0, 1);
        DataHead.numbers(b, 1, 1, 0);
        DataHead.marks(b, 0, Position.ZERO, 0);
        b.position(b.capacity()).flip();
        assertEquals(0, FrameHeader.flags(b) & FrameHeader.LEASED);
        Wire wire = worker.wires.get(world.senders.get(0));
        assertThrows(MalformedFrame.class, () -> wire.in().data(new HeapFrame(b), world.now));
    }

    @Test
    void shouldNotSpinOverALeaseThatLeavesNoTime() {
        for (int millis : new int[] {0, -1, Integer.MIN_VALUE}) {
            Renewals renewals = new Renewals();
            renewals.leased(millis, 1_000);
            QueueWorld world = new QueueWorld(1);
            world.sender();
            QueueWorld.Worker worker = world.worker(1);
            worker.attach();
            Wire wire = worker.wires.get(world.senders.get(0));
            long next = renewals.turn(1_000, true, wire, List::of);
            assertTrue(next >= 1_000 + 10_000_000, () -> "again at " + next);
        }
    }

    /** A member that lies about what it holds, ran and may still get; another one that works beside it. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldFinishWhatOthersHoldWhateverAMemberSays(long seed) {
        Chance chance = new Chance(seed);
        QueueWorld world = new QueueWorld(seed);
        QueueWorld.Sender sender = world.sender();
        QueueWorld.Worker liar = world.worker(2);
        QueueWorld.Worker honest = world.worker(2);
        world.workers.forEach(QueueWorld.Worker::attach);
        for (int step = 0; step < 100; step++) {
            for (int i = chance.below(4); i > 0; i--) {
                sender.append(chance.oneIn(2) ? "k" + chance.below(3) : "");
            }
            world.flow();
            lie(chance, liar.wires.get(sender), world.now);
            honest.end(Outcome.DONE);
            world.now += chance.below(500_000_000);
        }
        liar.cut();
        sender.outlet.peerGone(liar.id, world.now);
        for (int i = 0; i < 400; i++) {
            world.flow();
            world.now += 100_000_000;
            honest.end(Outcome.DONE);
        }
        List<Long> over = new ArrayList<>(sender.heard.completed);
        sender.heard.dead.forEach(d -> over.add(d.lsn()));
        over.sort(Long::compare);
        int sent = sender.appender.sent().size();
        assertEquals(LongStream.rangeClosed(1, sent).boxed().toList(), over, () -> "" + sender.outlet.status());
        assertEquals(sent + 1, sender.outlet.flushedLsn());
    }

    private static void lie(Chance chance, Wire wire, long now) {
        Position id = new Position(chance.oneIn(4) ? strange(chance) : 0, any(chance, 200));
        Outcome outcome = OUTCOMES.get(chance.below(OUTCOMES.size()));
        Settle.Item item = new Settle.Item(lease(chance), id, outcome, chance.oneIn(2) ? 0 : 1, "a lie");
        switch (chance.below(3)) {
            case 0 -> wire.out().settled(Settle.decode(new Settle(1, List.of(item, item)).encode()), now);
            case 1 -> {
                List<Long> leases = List.of(lease(chance), lease(chance));
                wire.out().renewed(Renew.decode(new Renew(1, (int) strange(chance), leases).encode()), now);
            }
            default -> {
                // the engine lets no number through that was not sent
                long sent = wire.sent();
                Credit credit = new Credit(any(chance, 100), strange(chance));
                Ack ack =
                        new Ack(1, Math.min(sent, strange(chance)), List.of(), Math.min(sent, strange(chance)), credit);
                wire.out().acked(Ack.decode(ack.encode()), now);
            }
        }
    }

    private static long lease(Chance chance) {
        return chance.oneIn(3) ? strange(chance) : (long) chance.below(40) << JobTable.SLOT_BITS | chance.below(20);
    }

    private static long any(Chance chance, int below) {
        return chance.oneIn(4) ? strange(chance) : chance.below(below);
    }

    private static long strange(Chance chance) {
        return STRANGE[chance.below(STRANGE.length)];
    }
}
