package io.parley.reliability.internal.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The jobs of a queue. */
final class JobTable {
    /** Low bits of a lease number: the slot. */
    static final int SLOT_BITS = 24;

    /** The most messages looked at and not settled. */
    static final int MAX_JOBS = 1 << 20;

    private final List<Job> slots = new ArrayList<>();
    private final List<Job> free = new ArrayList<>();
    private final Map<Long, Job> contested = new HashMap<>();
    private final Map<Long, Job> mortal = new HashMap<>();

    boolean full() {
        return size() >= MAX_JOBS;
    }

    int size() {
        return slots.size() - free.size();
    }

    Job take() {
        if (free.isEmpty()) {
            Job job = new Job(slots.size());
            slots.add(job);
            return job;
        }
        return free.remove(free.size() - 1);
    }

    void free(Job job) {
        job.state = Job.State.FREE;
        job.segment = null;
        job.member = null;
        job.line = null;
        job.stamp++;
        free.add(job);
    }

    /** The job that is leased under this number now. */
    @Nullable Job leased(long lease) {
        long slot = lease & (1L << SLOT_BITS) - 1;
        Job job = slot < slots.size() ? slots.get((int) slot) : null;
        return job != null && job.leasedAs(lease) ? job : null;
    }

    /** The message may come back from a holder that lost its lease. */
    void contest(Job job) {
        job.contested = true;
        contested.put(job.lsn, job);
    }

    /** The message with this id, when a lease of it was taken away and it is not settled. */
    @Nullable Job contested(long epoch, long lsn) {
        Job job = contested.isEmpty() ? null : contested.get(lsn);
        return job != null && job.epoch == epoch ? job : null;
    }

    /** The same, for ids of this run. */
    @Nullable Job contested(long lsn) {
        return contested.get(lsn);
    }

    boolean isContested(long lsn) {
        return contested.containsKey(lsn);
    }

    /** The message has a time to live. */
    void mortal(Job job) {
        job.mortal = true;
        mortal.put(job.lsn, job);
    }

    @Nullable Job mortal(long lsn) {
        return mortal.get(lsn);
    }

    /** The message is settled. */
    void settled(Job job) {
        if (job.contested) {
            contested.remove(job.lsn);
            job.contested = false;
        }
        if (job.mortal) {
            mortal.remove(job.lsn);
            job.mortal = false;
        }
    }

    /** All that are not free. */
    List<Job> live() {
        List<Job> live = new ArrayList<>();
        for (Job job : slots) {
            if (job.state != Job.State.FREE) {
                live.add(job);
            }
        }
        return live;
    }
}
