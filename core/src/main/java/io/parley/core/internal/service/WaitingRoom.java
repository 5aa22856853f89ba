package io.parley.core.internal.service;

import io.parley.core.identity.NodeId;
import io.parley.core.internal.service.Workload.Job;
import io.parley.core.internal.service.Workload.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait at a replier, in a line for each requester, whose turn it is one after the other. When there is no
 * room, the latest of the longest line has to go for one of a shorter line: whoever asks for too much crowds out itself alone.
 */
final class WaitingRoom {
    private final Limits limits;
    private final Map<NodeId, Waiting> lines = new LinkedHashMap<>();
    private int size;
    private long bytes;

    WaitingRoom(Limits limits) {
        this.limits = limits;
    }

    /** What one requester has here. */
    private static final class Waiting {
        private final ArrayDeque<Job> jobs = new ArrayDeque<>();
        private long bytes;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    /**
     * Takes a request in.
     *
     * @return those that have to go for it; null when there is no room for it
     */
    @Nullable List<Job> add(Job job) {
        List<Job> gone = new ArrayList<>();
        while (size + 1 > limits.waiting() || bytes + job.bytes() > limits.waitingBytes()) {
            Job latest = latestOfTheLongest(job);
            if (latest == null) {
                gone.forEach(this::enter); // it would not fit however many went: none does
                return null;
            }
            remove(latest);
            gone.add(0, latest);
        }
        enter(job);
        return gone;
    }

    private void enter(Job job) {
        Waiting line = lines.computeIfAbsent(job.from(), any -> new Waiting());
        line.jobs.add(job);
        line.bytes += job.bytes();
        size++;
        bytes += job.bytes();
    }

    /** Of a line that takes up more than that of the newcomer would with it. */
    private @Nullable Job latestOfTheLongest(Job newcomer) {
        Waiting own = lines.get(newcomer.from());
        double most = share((own == null ? 0 : own.jobs.size()) + 1, (own == null ? 0 : own.bytes) + newcomer.bytes());
        Job latest = null;
        for (Waiting line : lines.values()) {
            double share = share(line.jobs.size(), line.bytes);
            if (line != own && share > most) {
                most = share;
                latest = line.jobs.getLast();
            }
        }
        return latest;
    }

    private double share(int jobs, long ofBytes) {
        return Math.max(
                (double) jobs / Math.max(1, limits.waiting()), (double) ofBytes / Math.max(1, limits.waitingBytes()));
    }

    /** The one of these whose turn it is, which waits no more; null when none of them waits. */
    @Nullable Job next(Predicate<Job> may) {
        for (Waiting line : lines.values()) {
            Job job = line.jobs.getFirst();
            if (may.test(job)) {
                lines.remove(job.from());
                lines.put(job.from(), line); // behind all others
                remove(job);
                return job;
            }
        }
        return null;
    }

    void remove(Job job) {
        Waiting line = lines.get(job.from());
        if (line != null && line.jobs.remove(job)) {
            line.bytes -= job.bytes();
            size--;
            bytes -= job.bytes();
            if (line.jobs.isEmpty()) {
                lines.remove(job.from());
            }
        }
    }

    /** All of them, which wait no more. */
    List<Job> clear() {
        List<Job> all = new ArrayList<>();
        for (Job job = next(any -> true); job != null; job = next(any -> true)) {
            all.add(job);
        }
        return all;
    }
}
