package io.parley.reliability.simulation;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Outgoing;
import io.parley.core.Receipt;
import io.parley.core.Stage;
import io.parley.core.WorkQueue;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import io.parley.testkit.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The books of a queue: what was pushed, who ran it, how often, and what its sender was told in the end. */
final class Jobs {
    static final WorkQueue<String> QUEUE = WorkQueue.of("jobs", Codec.utf8())
            .retry(new RetryPolicy(5, 5, Duration.ofMillis(100), Duration.ofSeconds(5)));

    /** Receipts come by way of a handler thread. */
    private static final long HANDLER_HOP = Duration.ofMillis(10).toNanos();

    private final Sim sim;
    private final WorkQueue<String> queue;
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Map<String, List<Job>> byKey = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final List<Early> early = new ArrayList<>();

    Jobs(Sim sim) {
        this(sim, QUEUE);
    }

    Jobs(Sim sim, WorkQueue<String> queue) {
        this.sim = sim;
        this.queue = queue;
    }

    /** A message that began before an earlier one of its key was done, unless that was just being buried. */
    private record Early(Job job, Job earlier, long at) {
        boolean wrong() {
            return earlier.endedAt - at > HANDLER_HOP;
        }

        @Override
        public String toString() {
            return job + " begins before " + earlier + " is done";
        }
    }

    /** One message. */
    static final class Job {
        private final String name;
        private final @Nullable String key;
        private @Nullable CompletableFuture<Receipt> fate;
        private int starts;
        private int unmarked;
        private int done;
        private int failures;
        private long endedAt = Long.MAX_VALUE;

        Job(String name, @Nullable String key) {
            this.name = name;
            this.key = key;
        }

        boolean over() {
            return fate != null && fate.isDone();
        }

        boolean dead() {
            return fate != null && fate.isCompletedExceptionally();
        }

        int starts() {
            return starts;
        }

        @Override
        public String toString() {
            return name + "(key " + key + ", " + starts + " starts, " + done + " done, " + failures + " failures, "
                    + (over() ? dead() ? "dead" : "processed" : "open") + ")";
        }
    }

    /** Pushes a message; its name is its value. */
    Job push(Node sender, @Nullable String key) {
        Job job = new Job(sender.name() + "-" + jobs.size(), key == null ? null : sender.name() + key);
        jobs.put(job.name, job);
        if (key != null) {
            byKey.computeIfAbsent(sender.name() + key, k -> new ArrayList<>()).add(job);
        }
        Outgoing<String> message = Outgoing.of(job.name);
        job.fate = sender.pusher(queue)
                .sendAsync(key == null ? message : message.key(key), Stage.PROCESSED)
                .whenComplete((receipt, failure) -> job.endedAt = sim.nanos());
        return job;
    }

    /** A handler has begun with a message. */
    Job started(Message<String> message) {
        Job job = jobs.get(message.value());
        if (job == null) {
            throw new AssertionError("nobody pushed " + message);
        }
        if (message.attempt() > job.failures + 1) {
            wrong.add(job + " is at attempt " + message.attempt());
        }
        // one that was first to be given it may begin last, when it stood still meanwhile
        if (!message.redelivered() && message.attempt() == 1 && ++job.unmarked > 1) {
            wrong.add(job + " is given again without a mark");
        }
        if (job.starts == 0 && job.key != null) {
            for (Job earlier : byKey.get(job.key)) {
                if (earlier == job) {
                    break;
                }
                if (earlier.done == 0 && !earlier.dead()) {
                    early.add(new Early(job, earlier, sim.nanos()));
                }
            }
        }
        job.starts++;
        return job;
    }

    void done(Job job) {
        job.done++;
    }

    void failed(Job job) {
        job.failures++;
    }

    boolean allOver() {
        return jobs.values().stream().allMatch(Job::over);
    }

    /** What is wrong by now; what is not over yet counts. */
    List<String> audit() {
        List<String> found = new ArrayList<>(wrong);
        early.stream().filter(Early::wrong).map(Early::toString).forEach(found::add);
        for (Job job : jobs.values()) {
            if (!job.over() || !job.dead() && job.done == 0) {
                found.add(job.toString());
            }
        }
        return found;
    }

    /** All messages. */
    List<Job> all() {
        return List.copyOf(jobs.values());
    }

    Sim sim() {
        return sim;
    }
}
