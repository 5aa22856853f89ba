package io.parley.tools.bench;

import io.parley.tools.process.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The senders of a process: as many threads as the work has, each with a numbering of its own. */
public final class Crew {
    private final Work work;
    private final List<Departures> departures = new ArrayList<>();
    private CountDownLatch reported = new CountDownLatch(1);

    /** Of this work; the time runs from here on. */
    public Crew(Work work) {
        this.work = work;
        for (int sender = 0; sender < work.senders(); sender++) {
            departures.add(new Departures(work, sender));
        }
    }

    /** Sends all. The medium is used by all threads at once. */
    public void send(Departures.Bytes bytes, Departures.Medium medium) throws Exception {
        if (departures.size() == 1) {
            departures.get(0).send(bytes, medium);
            return;
        }
        List<FutureTask<Boolean>> all = new ArrayList<>();
        for (Departures one : departures) {
            CountDownLatch toReport = reported;
            FutureTask<Boolean> sent = new FutureTask<>(() -> {
                one.send(bytes, medium);
                return true;
            });
            all.add(sent);
            Thread thread = new Thread(
                    () -> {
                        sent.run();
                        stay(toReport);
                    },
                    work.pattern() + "-" + all.size());
            thread.setDaemon(true);
            thread.start();
        }
        for (FutureTask<Boolean> one : all) {
            await(one);
        }
    }

    private static void await(FutureTask<Boolean> sent) throws Exception {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a sender failed: " + e.getCause(), e);
        }
    }

    /** What a thread has allocated counts as long as it lives. */
    private static void stay(CountDownLatch toReport) {
        try {
            toReport.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reports that all is sent, and what it took. */
    public void report() {
        Report.send(Departures.sent(departures));
        reported.countDown();
    }

    /** There is as much to send once more. */
    public void again() {
        departures.forEach(Departures::again);
        reported = new CountDownLatch(1);
    }
}
