package io.parley.core.internal.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.peer.DialPlan.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class DialPlanTest {
    private static final long SEED = Long.getLong("parley.seed", 13);
    private static final NodeId PEER = new NodeId(1, 1);
    private static final NodeId OTHER = new NodeId(2, 2);
    private static final Endpoint A = Endpoint.parse("tcp://10.0.0.1:1");
    private static final Endpoint B = Endpoint.parse("tcp://10.0.0.2:1");
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Set<NodeId> linked = new HashSet<>();
    private final DialPlan plan = new DialPlan(random::nextLong);
    private long now = millis(1_000_000);

    @Test
    void shouldDialAnAddressAtOnceAndOnlyOnce() {
        plan.add(A, Source.GIVEN, null, now);
        plan.add(A, Source.LEARNED, null, now);

        assertEquals(now, deadline());
        assertEquals(List.of(A), due());
        assertEquals(List.of(), due());
        assertEquals(Long.MAX_VALUE, deadline());
    }

    @Test
    void shouldDoubleItsPausesUpToThreeSeconds() {
        plan.add(A, Source.GIVEN, null, now);
        long expected = 100;
        for (int i = 0; i < 12; i++) {
            assertEquals(List.of(A), due());
            long started = now;
            now += millis(50);
            plan.failed(A, now);
            long pause = deadline() - started;
            assertTrue(pause >= millis(expected) * 8 / 10, expected + ": " + pause + ", seed " + SEED);
            assertTrue(pause <= Math.min(millis(3_000), millis(expected) * 12 / 10), expected + ": " + pause);
            now = deadline();
            expected = Math.min(2 * expected, 3_000);
        }
    }

    @Test
    void shouldBeSettledAfterAWhileWithoutALinkAndWaitForADialThatIsUnderWay() {
        plan.add(A, Source.GIVEN, null, now);
        long began = now;
        assertEquals(began + DialPlan.SETTLING, plan.settledAt(linked::contains));
        now += millis(850);
        due();
        assertEquals(began + DialPlan.SETTLING + DialPlan.LAST_DIAL, plan.settledAt(linked::contains));
        plan.failed(A, now);
        assertEquals(began + DialPlan.SETTLING, plan.settledAt(linked::contains));
        now += millis(100);
        due();
        assertEquals(began + DialPlan.SETTLING, plan.settledAt(linked::contains), "a dial that began too late");
    }

    @Test
    void shouldDialMoreOftenWhileSomebodyWaitsForTheNodeToSettle() {
        plan.add(A, Source.GIVEN, null, now);
        long began = now;
        due();
        plan.failed(A, now);
        plan.hurry(began + DialPlan.SETTLING, now);
        int dials = 1;
        for (now = deadline(); now < began + DialPlan.SETTLING; now = deadline()) {
            dials += due().size();
            plan.failed(A, now);
        }
        assertTrue(dials >= 30 && dials <= 37, dials + " dials");
    }

    @Test
    void shouldDialSeldomOnceAPeerWasAwayForTenMinutes() {
        plan.add(A, Source.GIVEN, null, now);
        now += TimeUnit.MINUTES.toNanos(10);
        long pause = 0;
        for (int i = 0; i < 20; i++) {
            assertEquals(List.of(A), due());
            long started = now;
            plan.failed(A, now);
            pause = deadline() - started;
            assertTrue(pause <= millis(30_000));
            now = deadline();
        }
        assertTrue(pause >= millis(24_000), "pause " + pause + ", seed " + SEED);
    }

    @Test
    void shouldLeaveAlonePeersThatHaveALinkAndDialAtOnceWhenItIsLost() {
        plan.add(A, Source.GIVEN, null, now);
        due();
        plan.reached(A, PEER, now);
        linked.add(PEER);
        now += millis(60_000);
        assertEquals(List.of(), due());
        assertEquals(Long.MAX_VALUE, deadline());
        linked.clear();
        plan.unlinked(OTHER, now);
        plan.unlinked(PEER, now);

        assertEquals(List.of(A), due());
    }

    @Test
    void shouldNotDialAgainAtOnceWhatLedToAPeerWhoseOtherLinkStayed() {
        plan.add(A, Source.GIVEN, null, now);
        due();
        plan.reached(A, PEER, now);

        assertEquals(now + millis(100), deadline());
        assertEquals(List.of(), due());
    }

    @Test
    void shouldStaggerTheAddressesOfOnePeer() {
        plan.add(A, Source.LEARNED, PEER, now);
        plan.add(B, Source.LEARNED, PEER, now);
        assertEquals(List.of(A), due());
        assertEquals(List.of(), due());
        assertEquals(now + millis(250), deadline());
        now = deadline();

        assertEquals(List.of(B), due());
    }

    @Test
    void shouldNeverDialItselfAgain() {
        plan.add(A, Source.GIVEN, null, now);
        due();
        plan.isSelf(A);
        now += millis(3_600_000);
        plan.add(A, Source.GIVEN, null, now);

        assertEquals(List.of(), due());
    }

    @Test
    void shouldForgetWhatOnlyAPeerNamed() {
        plan.add(A, Source.LEARNED, PEER, now);
        plan.add(B, Source.GIVEN, PEER, now);
        plan.forget(PEER);

        assertEquals(List.of(B), due());
    }

    @Test
    void shouldForgetAnAddressThatWasBeingDialledWhenItsPeerLeft() {
        plan.add(A, Source.LEARNED, PEER, now);
        due();
        plan.forget(PEER);
        plan.failed(A, now);

        assertEquals(Long.MAX_VALUE, deadline());
    }

    @Test
    void shouldKeepAnAddressThatIsNamedAgainWhileItsLastDialIsUnderWay() {
        plan.add(A, Source.LEARNED, PEER, now);
        due();
        plan.forget(PEER);
        plan.add(A, Source.LEARNED, PEER, now);
        plan.failed(A, now);
        now = deadline();

        assertEquals(List.of(A), due());
    }

    @Test
    void shouldKeepToItsLimitOfDialsUnderWay() {
        for (int i = 0; i < 40; i++) {
            plan.add(Endpoint.parse("tcp://10.0.0.1:" + (i + 1)), Source.GIVEN, null, now);
        }
        List<Endpoint> first = due();
        assertEquals(DialPlan.AT_ONCE, first.size());
        assertEquals(List.of(), due());
        assertEquals(Long.MAX_VALUE, deadline());
        first.forEach(e -> plan.failed(e, now));
        first.forEach(e -> plan.failed(e, now));

        assertEquals(DialPlan.AT_ONCE, due().size());
    }

    private List<Endpoint> due() {
        return plan.due(linked::contains, now);
    }

    private long deadline() {
        return plan.deadline(linked::contains);
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
