package io.parley.samples;

import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Pusher;
import io.parley.core.WorkQueue;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.codec.Codec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Jobs that are shared out among workers. A worker that throws gets the job again later, or another one does; a job that
 * fails every time is given up and handed back to who pushed it, and the others are done meanwhile.
 */
public final class JobQueue {
    // tag::queue
    static final WorkQueue<String> JOBS = WorkQueue.of("jobs", Codec.utf8())
            .retry(new RetryPolicy(3, 5, Duration.ofMillis(100), Duration.ofSeconds(10)));
    // end::queue

    private JobQueue() {}

    /** Runs the sample. */
    public static void main(String[] arguments) throws InterruptedException {
        run(System.out::println);
    }

    static void run(Consumer<String> out) throws InterruptedException {
        try (Node office = Node.open("office");
                Node first = Node.open("worker-1");
                Node second = Node.open("worker-2")) {
            for (Node worker : List.of(first, second)) {
                worker.addPeer(office.endpoints().get(0));
                work(worker, out);
            }
            push(office, out);
        }
    }

    private static void work(Node node, Consumer<String> out) {
        // tag::pull
        node.pull(JOBS.concurrency(4), job -> print(job, out)); // returning is done, throwing is again later
        // end::pull
    }

    private static void print(Message<String> job, Consumer<String> out) throws IOException {
        if (job.value().equals("torn.pdf")) {
            throw new IOException("the paper is torn");
        }
        if (job.value().equals("long.pdf") && job.attempt() < 2) {
            throw new IOException("out of paper");
        }
        out.accept("printed " + job.value() + (job.attempt() > 1 ? ", attempt " + job.attempt() : ""));
    }

    private static void push(Node node, Consumer<String> out) throws InterruptedException {
        CountDownLatch givenUp = new CountDownLatch(1);
        // tag::push
        Pusher<String> jobs = node.pusher(JOBS);
        jobs.onDead(dead -> {
            out.accept("gave up " + dead.message().value() + ": " + dead.cause());
            givenUp.countDown();
        });
        for (String file : List.of("a.pdf", "torn.pdf", "long.pdf", "b.pdf")) {
            jobs.send(file);
        }
        jobs.flush(Duration.ofSeconds(30)); // until each is done or given up
        // end::push
        if (!givenUp.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody heard of the job that fails");
        }
    }
}
