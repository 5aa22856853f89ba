package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Death;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.spi.Entropy;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of a message that was tried in vain: another try after a pause, or an end as a dead letter. Failures of its
 * handler are attempts, holders that died while it ran are deaths.
 */
final class Failures {
    private static final double JITTER = 0.2;

    private final RetryPolicy retry;
    private final Backlog backlog;
    private final Tries tries;
    private final Entropy entropy;

    Failures(RetryPolicy retry, Backlog backlog, Tries tries, Entropy entropy) {
        this.retry = retry;
        this.backlog = backlog;
        this.tries = tries;
        this.entropy = entropy;
        backlog.onRecalled(this::spent);
    }

    /** The handler failed. */
    void failed(Job job, int delayMillis, String cause, long now) {
        tries.failed(job, cause, now);
        if (!spent(job, now)) {
            long pause = delayMillis > 0
                    ? TimeUnit.MILLISECONDS.toNanos(delayMillis)
                    : (long) (retry.pauseNanos(job.attempts) * entropy.jitter(JITTER));
            backlog.later(job, now + pause);
            tries.counted(job);
        }
    }

    /** A handler said that nobody need try again. */
    void rejected(Job job, String cause, long now) {
        tries.failed(job, cause, now);
        dead(job, Death.Reason.REJECTED, now);
    }

    /** Its holder died while it ran. Returns whether that was the end of it. */
    boolean died(Job job, String holder, long now) {
        tries.died(job, "its holder " + holder + " died while it ran", now);
        return spent(job, now);
    }

    /** Its holder did not die after all. */
    void revived(Job job) {
        job.deaths--;
        tries.counted(job);
    }

    /** Nobody runs it any more, and nothing came of that. */
    void dropped(Job job) {
        if (job.started) {
            tries.counted(job);
        }
    }

    /** Gives a message up that was tried as often as the policy allows. Returns whether it did. */
    private boolean spent(Job job, long now) {
        if (job.attempts >= retry.maxAttempts()) {
            dead(job, Death.Reason.ATTEMPTS, now);
        } else if (job.deaths >= retry.maxDeaths()) {
            dead(job, Death.Reason.DEATHS, now);
        } else {
            return false;
        }
        return true;
    }

    private void dead(Job job, Death.Reason reason, long now) {
        job.state = Job.State.READY;
        tries.counted(job); // until it is settled a crash may bring it back: not to be tried again
        backlog.bury(job, reason, now);
    }
}
