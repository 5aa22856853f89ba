package io.parley.tools.bench;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.process.ChildProcess;
import io.parley.tools.process.ParentLink;
import io.parley.tools.process.Report;
import io.parley.tools.text.JsonReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Starts both sides of a measurement as processes, and puts their figures together. */
public final class Bench implements AutoCloseable {
    private final Work work;
    private final Sides sides;
    private final Duration timeout;
    private long end;
    private final BlockingQueue<Map<String, Object>> reports = new LinkedBlockingQueue<>();
    private final List<ChildProcess> children = new CopyOnWriteArrayList<>();

    /** Measures Parley. */
    public Bench(Work work, Duration timeout) {
        this(work, timeout, Sides.of(BenchPart.class));
    }

    /** Measures what these programs do. */
    public Bench(Work work, Duration timeout, Sides sides) {
        this.work = work;
        this.sides = sides;
        this.timeout = timeout;
    }

    /**
     * Starts both sides, and measures.
     *
     * @throws ParleyException TIMEOUT, or INTERNAL when a message was missing, repeated, out of order or damaged
     */
    public Outcome run() throws IOException, InterruptedException {
        end = System.nanoTime() + timeout.toNanos();
        start(List.of(BenchPart.SEND), List.of());
        String address = JsonReader.text(next(), "address");
        for (int i = 0; i < work.processes() && !work.alone(); i++) {
            start(List.of(BenchPart.RECEIVE), List.of(address, Integer.toString(work.receiversIn(i))));
        }
        return outcome();
    }

    /**
     * Measures once more with sides that know {@link ParentLink#awaitAgain}.
     *
     * @throws ParleyException as {@link #run}
     */
    public Outcome again() throws IOException, InterruptedException {
        end = System.nanoTime() + timeout.toNanos();
        children.get(0).tell("again");
        return outcome();
    }

    private Outcome outcome() throws InterruptedException {
        Outcome outcome = Outcome.NONE;
        for (int i = 0; i < work.processes() + 1; i++) {
            outcome = outcome.plus(next());
        }
        return outcome;
    }

    /** Asks both sides to end as they do by themselves. */
    public void askToEnd() {
        children.forEach(ChildProcess::askToEnd);
    }

    /** The same, and waits until they did. */
    public void end() throws InterruptedException {
        askToEnd();
        for (ChildProcess child : children) {
            child.awaitExit(Duration.ofSeconds(5));
        }
    }

    private void start(List<String> side, List<String> more) throws IOException {
        List<String> arguments = new ArrayList<>(side);
        arguments.addAll(work.arguments());
        arguments.addAll(more);
        children.add(sides.start(arguments, line -> reports.add(JsonReader.object(line))));
    }

    private Map<String, Object> next() throws InterruptedException {
        Map<String, Object> report = null;
        while (report == null) {
            report = reports.poll(200, TimeUnit.MILLISECONDS);
            if (report == null && System.nanoTime() - end > 0) {
                throw new ParleyException(ErrorCode.TIMEOUT, "the measurement did not end in time");
            }
            if (report == null && children.stream().anyMatch(child -> !child.alive())) {
                throw new ParleyException(ErrorCode.INTERNAL, "a side ended by itself; its error stands above");
            }
        }
        if (JsonReader.text(report, Report.EVENT).equals("wrong")) {
            throw new ParleyException(ErrorCode.INTERNAL, "no figure: " + JsonReader.text(report, "detail"));
        }
        return report;
    }

    /** Kills what still runs of what was started. */
    @Override
    public void close() {
        children.forEach(ChildProcess::close);
    }
}
