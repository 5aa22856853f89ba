package io.parley.core.internal.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.identity.Endpoint;
import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.identity.Subnet;
import io.parley.core.internal.peer.Claims.Trust;
import io.parley.core.internal.peer.Claims.Verdict;
import io.parley.core.spi.Claim;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ClaimsTest {
    private static final int GIVEN = 0;
    private static final int HEARD = 1;
    private static final NodeId SELF = new NodeId(1, 1);
    private static final NodeId PEER = new NodeId(2, 2);
    private static final Endpoint A = Endpoint.parse("tcp://10.0.0.2:7000");

    private final SplittableRandom random = new SplittableRandom(Long.getLong("parley.seed", 17));
    private final Set<NodeId> linked = new HashSet<>();
    private final DialPlan dials = new DialPlan(random::nextLong);
    private final Claims claims = new Claims(SELF, dials);
    private long now = TimeUnit.HOURS.toNanos(1);

    @BeforeEach
    void open() {
        claims.open(GIVEN, Trust.GIVEN, now);
        claims.open(HEARD, Trust.HEARD, now);
        claims.networks(HEARD, List.of(Subnet.parse("10.0.0.0/16")));
    }

    private static Claim claim(String key, NodeId id, long nonce, Endpoint... endpoints) {
        return new Claim(key, id, new Run(0, nonce), List.of(endpoints), null);
    }

    private Verdict hear(Claim claim) {
        return claims.found(HEARD, claim, now);
    }

    private List<Endpoint> due() {
        return dials.due(linked::contains, now);
    }

    @Test
    void shouldDialWhatIsClaimedOnItsNetworks() {
        assertEquals(Verdict.TAKEN, hear(claim("k", PEER, 1, A)));
        assertEquals(List.of(A), due());
    }

    @Test
    void shouldNotDialAPeerThatIsLinked() {
        linked.add(PEER);
        assertEquals(Verdict.TAKEN, hear(claim("k", PEER, 1, A)));
        assertEquals(List.of(), due());
    }

    @Test
    void shouldRefuseAddressesElsewhereAndNames() {
        assertEquals(Verdict.OFF_LINK, hear(claim("k", PEER, 1, Endpoint.parse("tcp://10.1.0.2:7000"))));
        assertEquals(Verdict.OFF_LINK, hear(claim("k", PEER, 1, Endpoint.parse("tcp://127.0.0.1:22"))));
        assertEquals(Verdict.OFF_LINK, hear(claim("k", PEER, 1, Endpoint.parse("tcp://localhost:22"))));
        assertEquals(List.of(), due());
    }

    @Test
    void shouldDialWhateverTheUserGives() {
        Endpoint name = Endpoint.parse("tcp://far.example:7000");
        assertEquals(Verdict.TAKEN, claims.found(GIVEN, Claim.of(name), now));
        assertEquals(List.of(name), due());
    }

    @Test
    void shouldKnowItself() {
        assertEquals(Verdict.SELF, hear(claim("k", SELF, 1, A)));
    }

    @Test
    void shouldDialAtOnceWhenThePeerRunsAgain() {
        hear(claim("k", PEER, 1, A));
        for (int i = 0; i < 8; i++) {
            now = Math.max(now, dials.deadline(linked::contains));
            assertEquals(List.of(A), due());
            dials.failed(A, now);
        }
        assertEquals(List.of(), due());
        assertEquals(Verdict.KNOWN, hear(claim("k", PEER, 1, A)));
        assertEquals(List.of(), due());
        assertEquals(Verdict.TAKEN, hear(claim("k", PEER, 2, A)));
        assertEquals(List.of(A), due());
    }

    @Test
    void shouldForgetWhatWasTakenBackOnceADialHasFailed() {
        hear(claim("k", PEER, 1, A));
        assertEquals(List.of(A), due());
        assertTrue(claims.lost(HEARD, "k"));
        assertFalse(claims.lost(HEARD, "k"));
        dials.failed(A, now);
        assertEquals(Long.MAX_VALUE, dials.deadline(linked::contains));
        assertEquals(0, dials.size());
    }

    @Test
    void shouldGoOnDiallingWhatAnotherSourceStillNames() {
        hear(claim("k", PEER, 1, A));
        claims.found(GIVEN, Claim.of(A), now);
        claims.lost(HEARD, "k");
        assertEquals(List.of(A), due());
        dials.failed(A, now);
        assertEquals(1, dials.size());
    }

    @Test
    void shouldGoOnDiallingAPeerThatWasLinkedWhenItsClaimIsGone() {
        hear(claim("k", PEER, 1, A));
        due();
        dials.reached(A, PEER, now);
        linked.add(PEER);
        claims.lost(HEARD, "k");
        linked.clear();
        dials.unlinked(PEER, now);
        for (int i = 0; i < 20; i++) {
            now = Math.max(now, dials.deadline(linked::contains));
            assertEquals(List.of(A), due());
            dials.failed(A, now);
        }
    }

    @Test
    void shouldEndAClaimWithItsLease() {
        Claim leased = new Claim("k", PEER, null, List.of(A), Duration.ofSeconds(10));
        hear(leased);
        now += TimeUnit.SECONDS.toNanos(9);
        assertEquals(now + TimeUnit.SECONDS.toNanos(1), claims.tick(now));
        hear(leased);
        now += TimeUnit.SECONDS.toNanos(9);
        claims.tick(now);
        assertEquals(1, claims.size());
        now += TimeUnit.SECONDS.toNanos(2);
        claims.tick(now);
        assertEquals(0, claims.size());
    }

    @Test
    void shouldBoundWhatASourceBrings() {
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            Endpoint endpoint = Endpoint.parse("tcp://10.0." + i / 200 + "." + i % 200 + ":7000");
            taken += hear(claim("k" + i, new NodeId(9, i), 1, endpoint)) == Verdict.TAKEN ? 1 : 0;
        }
        assertEquals(Claims.BURST, taken);
        for (int i = 0; i < 20_000; i++) {
            now += TimeUnit.MILLISECONDS.toNanos(2);
            Endpoint endpoint = Endpoint.parse("tcp://10.0." + i / 200 + "." + i % 200 + ":7001");
            hear(claim("m" + i, new NodeId(8, i), 1, endpoint));
        }
        assertEquals(Claims.MAX_PER_SOURCE, claims.size());
        assertTrue(dials.size() <= Claims.MAX_PER_SOURCE + DialPlan.AT_ONCE, () -> dials.size() + " addresses");
    }

    @Test
    void shouldLeaveRoomForGivenPeersAmongManyClaims() {
        for (int i = 0; i < 100; i++) {
            Endpoint endpoint = Endpoint.parse("tcp://10.0.1." + i + ":7000");
            hear(claim("k" + i, new NodeId(9, i), 1, endpoint));
        }
        claims.found(GIVEN, Claim.of(A), now);
        assertTrue(due().contains(A));
    }
}
