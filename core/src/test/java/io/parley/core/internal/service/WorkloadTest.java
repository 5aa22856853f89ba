package io.parley.core.internal.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.identity.NodeId;
import io.parley.core.internal.service.Workload.Job;
import io.parley.core.internal.service.Workload.Limits;
import io.parley.core.wire.Reply.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is served next, and who has to go when there is no room. */
@Timeout(30)
class WorkloadTest {
    private static final NodeId GREEDY = new NodeId(1, 1);
    private static final NodeId MODEST = new NodeId(2, 2);
    private static final NodeId OTHER = new NodeId(3, 3);
    private static final long LINK = 7;
    private static final long NEVER = Long.MAX_VALUE;

    private final List<String> log = new ArrayList<>();
    private final Map<String, Job> jobs = new HashMap<>();
    private final Set<NodeId> choked = new HashSet<>();
    private long correlation;

    private void ask(Workload workload, NodeId from, String name, int bytes) {
        Work work = new Work() {
            @Override
            public boolean choked() {
                return choked.contains(from);
            }

            @Override
            public void start() {
                log.add("start " + name);
            }

            @Override
            public void interrupt() {
                log.add("interrupt " + name);
            }

            @Override
            public void refuse(Status why, String text) {
                log.add(why + " " + name);
            }

            @Override
            public void drop() {
                log.add("drop " + name);
            }
        };
        long link = LINK + from.hashCode();
        Job job = new Job(new Job.Request(from, link, ++correlation, bytes), NEVER, work);
        jobs.put(name, job);
        workload.add(job);
    }

    private void finish(Workload workload, String name) {
        assertTrue(workload.finished(jobs.get(name)));
    }

    @Test
    void shouldLetRequestersTakeTurns() {
        Workload workload = new Workload(new Limits(1, 100, 1_000));
        ask(workload, GREEDY, "g1", 1);
        for (int i = 2; i <= 50; i++) {
            ask(workload, GREEDY, "g" + i, 1);
        }
        ask(workload, MODEST, "m1", 1);
        ask(workload, MODEST, "m2", 1);
        finish(workload, "g1");
        finish(workload, "g2");
        finish(workload, "m1");
        finish(workload, "g3");
        finish(workload, "m2");
        assertEquals(List.of("start g1", "start g2", "start m1", "start g3", "start m2", "start g4"), log);
    }

    @Test
    void shouldCrowdOutTheLatestOfWhoAsksForTooMuch() {
        Workload workload = new Workload(new Limits(1, 4, 1_000));
        for (int i = 1; i <= 7; i++) {
            ask(workload, GREEDY, "g" + i, 1);
        }
        assertEquals(List.of("start g1", "BUSY g6", "BUSY g7"), log);
        log.clear();
        ask(workload, MODEST, "m1", 1);
        ask(workload, MODEST, "m2", 1);
        ask(workload, MODEST, "m3", 1); // half of the room is its share
        assertEquals(List.of("BUSY g5", "BUSY g4", "BUSY m3"), log);
        assertEquals(4, workload.waiting());
    }

    @Test
    void shouldNotBeginForWhoReadsNoReplies() {
        Workload workload = new Workload(new Limits(2, 100, 1_000));
        choked.add(GREEDY);
        ask(workload, GREEDY, "g1", 1);
        ask(workload, GREEDY, "g2", 1);
        ask(workload, MODEST, "m1", 1);
        assertEquals(List.of("start m1"), log);
        assertTrue(workload.turn(5) < 1_000_000_000, "it is looked at again soon");
        assertEquals(List.of("start m1"), log);
        choked.clear();
        workload.turn(6);
        assertEquals(List.of("start m1", "start g1"), log);
        assertEquals(NEVER, workload.turn(7));
    }

    @Test
    void shouldTellWhichRequestsInChunksCameTwiceWhateverPassesThem() {
        Workload workload = new Workload(new Limits(1, 100, 1_000));
        assertTrue(workload.begins(LINK, 5));
        assertFalse(workload.begins(LINK, 5));
        assertTrue(workload.begins(LINK + 1, 5));
        correlation = 8;
        ask(workload, OTHER, "passes", 1);
        assertTrue(workload.begins(LINK, 7), "a small one with a higher number was sent between its chunks");
        workload.linkDown(LINK);
        assertTrue(workload.begins(LINK, 1));
    }

    @Test
    void shouldCountBytesToo() {
        Workload workload = new Workload(new Limits(1, 100, 1_000));
        ask(workload, OTHER, "o1", 1);
        ask(workload, GREEDY, "g1", 400);
        ask(workload, GREEDY, "g2", 400);
        ask(workload, MODEST, "m1", 300);
        assertEquals(List.of("start o1", "BUSY g2"), log);
        log.clear();
        ask(workload, OTHER, "o2", 900); // it would take more than anybody else
        assertEquals(List.of("BUSY o2"), log);
        assertEquals(2, workload.waiting());
    }

    @Test
    void shouldForgetThoseWhoseLinkIsDownAndKeepThoseWhoseLinkGaveWay() {
        Workload workload = new Workload(new Limits(1, 100, 1_000));
        ask(workload, GREEDY, "g1", 1);
        ask(workload, GREEDY, "g2", 1);
        long link = LINK + GREEDY.hashCode();
        workload.moved(link, 99);
        workload.linkDown(link);
        assertEquals(1, workload.waiting());
        finish(workload, "g1");
        workload.linkDown(99);
        assertEquals(List.of("start g1", "start g2"), log);
        assertTrue(!workload.finished(jobs.get("g2")), "nobody waits for its reply");
    }
}
