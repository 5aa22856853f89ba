package io.parley.core.internal.service;

import io.parley.core.identity.NodeId;
import io.parley.core.wire.Reply.Status;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * What one replier has to do: so many requests at once, and so many that wait. Belongs to the loop.
 *
 * <pre>
 *   request ──▶ WAITING ──▶ RUNNING ──▶ replied      whoever reads no replies is not begun with
 *     │            │           └── cancelled, deadline, requester's link down: ABANDONED ──▶ reply dropped
 *     │            └── cancelled, deadline, requester's link down ──▶ dropped
 *     └── too many wait ──▶ refused
 * </pre>
 */
public final class Workload {
    /** How soon to see whether a requester reads again. */
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(10);

    private final Limits limits;
    private final WaitingRoom waiting;
    private final Map<Key, Job> jobs = new HashMap<>();
    private final TreeSet<Job> byDeadline =
            new TreeSet<>(Comparator.comparingLong((Job j) -> j.deadline).thenComparingLong(j -> j.order));
    private final Map<Long, Long> highest = new LinkedHashMap<>();
    private final Map<Long, Long> highestLarge = new LinkedHashMap<>();
    private int running;
    private long nextOrder;
    private boolean stopped;

    /** Nothing to do yet. */
    public Workload(Limits limits) {
        this.limits = limits;
        waiting = new WaitingRoom(limits);
    }

    /**
     * How much at once.
     *
     * @param concurrency the most that run
     * @param waiting the most that wait
     * @param waitingBytes the most bytes of requests that wait
     */
    public record Limits(int concurrency, int waiting, long waitingBytes) {}

    private record Key(NodeId from, long correlation) {}

    private enum State {
        WAITING,
        RUNNING,
        ABANDONED,
        ENDED
    }

    /** One request at its replier. */
    public static final class Job {
        private final Key key;
        private final long deadline;
        private final int bytes;
        private final Work work;
        private long link;
        private State state = State.WAITING;
        private long order;

        /**
         * A request that came.
         *
         * @param deadline when nobody waits for it any more, in nanoseconds of the loop's clock
         */
        public Job(Request request, long deadline, Work work) {
            key = new Key(request.from, request.correlation);
            this.deadline = deadline;
            this.bytes = request.bytes;
            this.link = request.link;
            this.work = work;
        }

        NodeId from() {
            return key.from;
        }

        int bytes() {
            return bytes;
        }

        /**
         * Which request.
         *
         * @param from who sent it
         * @param link the number of the link on which it came
         * @param correlation its number
         * @param bytes how much it takes while it waits
         */
        public record Request(NodeId from, long link, long correlation, int bytes) {}
    }

    /** A request came. */
    public void add(Job job) {
        if (rises(highest, job.link, job.key.correlation)) {
            take(job);
        } else {
            job.work.drop();
        }
    }

    /** Numbers only rise on a link, those of requests in chunks among themselves: else it came twice. */
    private static boolean rises(Map<Long, Long> highest, long link, long correlation) {
        if (correlation <= highest.getOrDefault(link, 0L)) {
            return false;
        }
        highest.put(link, correlation);
        return true;
    }

    /** The first chunk of a request came. Returns whether to take it, and later to {@link #take} the whole. */
    public boolean begins(long link, long correlation) {
        return rises(highestLarge, link, correlation);
    }

    /** A request is here that did not come twice. */
    public void take(Job job) {
        if (stopped) {
            job.work.refuse(Status.STOPPING, "");
        } else if (running < limits.concurrency && !job.work.choked()) {
            admit(job);
            start(job);
        } else {
            await(job);
        }
    }

    private void await(Job job) {
        List<Job> gone = waiting.add(job);
        if (gone == null) {
            refuseBusy(job);
            return;
        }
        admit(job);
        for (Job crowdedOut : gone) {
            end(crowdedOut);
            refuseBusy(crowdedOut);
        }
    }

    private void refuseBusy(Job job) {
        job.work.refuse(Status.BUSY, waiting.size() + " wait, " + waiting.bytes() + " bytes");
    }

    private void admit(Job job) {
        job.order = nextOrder++;
        jobs.put(job.key, job);
        byDeadline.add(job);
    }

    private void start(Job job) {
        running++;
        job.state = State.RUNNING;
        job.work.start();
    }

    /**
     * A handler is done.
     *
     * @return whether somebody waits for its reply
     */
    public boolean finished(Job job) {
        boolean wanted = job.state == State.RUNNING;
        end(job);
        running--;
        startNext();
        return wanted;
    }

    private void startNext() {
        while (running < limits.concurrency) {
            Job next = waiting.next(job -> !job.work.choked());
            if (next == null) {
                return;
            }
            start(next);
        }
    }

    private void end(Job job) {
        job.state = State.ENDED;
        jobs.remove(job.key, job);
        byDeadline.remove(job);
    }

    /** Nobody waits for it any more. */
    public void cancelled(NodeId from, long correlation) {
        Job job = jobs.get(new Key(from, correlation));
        if (job != null) {
            abandon(job);
        }
    }

    private void abandon(Job job) {
        if (job.state == State.WAITING) {
            waiting.remove(job);
            end(job);
            job.work.drop();
        } else if (job.state == State.RUNNING) {
            job.state = State.ABANDONED;
            jobs.remove(job.key, job);
            byDeadline.remove(job);
            job.work.interrupt();
        }
    }

    /** A link to a requester is down: what runs may finish, but nobody hears of it. */
    public void linkDown(long link) {
        highest.remove(link);
        highestLarge.remove(link);
        for (Job job : hangingOn(link)) {
            if (job.state == State.WAITING) {
                abandon(job);
            } else {
                job.state = State.ABANDONED;
                jobs.remove(job.key, job); // the deadline still interrupts it
            }
        }
    }

    /** A link has given way to another one, and all that was on its way on it was read: what hung on it hangs on that one. */
    public void moved(long link, long to) {
        highest.remove(link);
        highestLarge.remove(link);
        hangingOn(link).forEach(job -> job.link = to);
    }

    private List<Job> hangingOn(long link) {
        return jobs.values().stream().filter(job -> job.link == link).toList();
    }

    /** Ends what is over its deadline; returns the next one. */
    public long turn(long now) {
        while (!byDeadline.isEmpty() && byDeadline.first().deadline <= now) {
            Job job = byDeadline.first();
            if (job.state == State.ABANDONED) {
                byDeadline.remove(job);
                job.work.interrupt();
            } else {
                abandon(job);
            }
        }
        startNext();
        long next = byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.first().deadline;
        boolean held = running < limits.concurrency && waiting.size() > 0;
        return held ? Math.min(next, now + LOOK_AGAIN) : next;
    }

    /** Takes nothing new, and gives back what has not begun. */
    public void stop() {
        stopped = true;
        for (Job job : waiting.clear()) {
            end(job);
            job.work.refuse(Status.STOPPING, "");
        }
    }

    /** How many wait. */
    public int waiting() {
        return waiting.size();
    }

    /** Whether no handler runs. */
    public boolean idle() {
        return running == 0;
    }
}
