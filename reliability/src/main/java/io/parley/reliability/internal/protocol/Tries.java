package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Death;
import io.parley.core.channel.Death.Failure;
import io.parley.core.spi.Ledger;
import io.parley.core.wire.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What was tried with a queue's messages, and when the next try is due. With a ledger a restart of their sender forgets none
 * of it, but for what was not forced yet; and what a worker of that sender's own process had begun, when it died, is a death.
 */
final class Tries {
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(5);

    /** What an earlier run knew of a message. */
    private static final class Past {
        private final List<Failure> failures = new ArrayList<>(2);
        private int attempts;
        private int deaths;
        private long notBefore;
        private boolean begun;
    }

    private final @Nullable Ledger ledger;
    private final long wallOffset;
    private final Map<Long, Past> pasts = new HashMap<>();

    Tries(Origin origin) {
        ledger = origin.ledger();
        wallOffset = origin.wallOffset();
    }

    /** An entry of an earlier run, of a message that is still there. */
    void replay(Ledger.Entry entry) {
        if (entry instanceof Ledger.Counted counted) {
            Past past = past(counted.id());
            past.attempts = counted.attempts();
            past.deaths = counted.deaths();
            past.notBefore = counted.notBefore();
            past.begun = false;
        } else if (entry instanceof Ledger.Started started) {
            past(started.id()).begun = true;
        } else if (entry instanceof Ledger.Failed failed) {
            remember(past(failed.id()).failures, failed.failure());
        }
    }

    private Past past(Position id) {
        return pasts.computeIfAbsent(id.lsn(), lsn -> new Past());
    }

    /** An earlier run settled this message. */
    void forget(long lsn) {
        pasts.remove(lsn);
    }

    /** Gives a message that is looked at for the first time in this run what an earlier one knew of it. */
    void recall(Job job, long now) {
        Past past = pasts.isEmpty() ? null : pasts.remove(job.lsn);
        if (past == null) {
            return;
        }
        job.attempts = past.attempts;
        job.deaths = past.deaths;
        job.failures = past.failures;
        job.redelivered = true;
        job.dueAt = past.begun || past.notBefore == 0 ? 0 : now + pause(past, now);
        if (!past.failures.isEmpty()) {
            job.lastCause = past.failures.get(past.failures.size() - 1).cause();
        }
        if (past.begun) {
            died(job, "the process of its sender died while it ran there", now);
        }
    }

    /** What is left of the pause before the next try; all of it, where the clock says that it has not begun. */
    private long pause(Past past, long now) {
        long left = past.notBefore - wall(now);
        List<Failure> failures = past.failures;
        long whole = failures.isEmpty()
                ? TimeUnit.NANOSECONDS.toMillis(PATIENCE)
                : past.notBefore - failures.get(failures.size() - 1).at().toEpochMilli();
        return TimeUnit.MILLISECONDS.toNanos(Math.max(0, Math.min(left, whole)));
    }

    /** Its handler failed. To be followed by {@link #counted}. */
    void failed(Job job, String cause, long now) {
        job.attempts++;
        note(job, new Failure(at(now), Failure.Kind.FAILED, cause));
    }

    /** Its holder died while it ran. */
    void died(Job job, String cause, long now) {
        job.deaths++;
        note(job, new Failure(at(now), Failure.Kind.DIED, cause));
        counted(job);
    }

    private void note(Job job, Failure failure) {
        job.redelivered = true;
        job.lastCause = failure.cause();
        if (job.failures.isEmpty()) {
            job.failures = new ArrayList<>(2);
        }
        remember(job.failures, failure);
        Ledger to = ledger;
        if (to != null) {
            to.append(new Ledger.Failed(new Position(job.epoch, job.lsn), failure));
        }
    }

    private static void remember(List<Failure> failures, Failure failure) {
        if (failures.size() == Death.MAX_FAILURES) {
            failures.remove(0);
        }
        failures.add(failure);
    }

    /** Its counts, or the time of its next try, are other ones; or nobody runs it any more. */
    void counted(Job job) {
        Ledger to = ledger;
        if (to != null) {
            long notBefore = job.state == Job.State.LATER ? wall(job.dueAt) : 0;
            to.append(new Ledger.Counted(new Position(job.epoch, job.lsn), job.attempts, job.deaths, notBefore));
        }
    }

    private long wall(long nanos) {
        return wallOffset + TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    Instant at(long now) {
        return Instant.ofEpochMilli(wall(now));
    }
}
