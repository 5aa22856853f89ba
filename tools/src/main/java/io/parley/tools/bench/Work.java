package io.parley.tools.bench;

import io.parley.core.Topic;
import io.parley.core.TopicReader;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import java.time.Duration;
import java.util.List;

/**
 * What is measured.
 *
 * @param pattern push/pull, publish/subscribe, or there and back
 * @param mode what the channel promises
 * @param size bytes of a message, at least {@link Payload#LEAST}
 * @param extent how long
 * @param width how many receive, in {@link #processes} processes; there and back: how many messages are under way; of
 *     producers and in logs: how many threads write
 * @param transport the name of the transport; empty for the best one
 */
public record Work(Pattern pattern, Mode mode, int size, Extent extent, int width, String transport) {
    /** How many arguments of a side the work takes. */
    public static final int ARGUMENTS = 6;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of larger messages few make the compiler do its best: each is many frames. */
    private static final int LARGE = 256 * 1024;

    private static final int FEW = 100;
    private static final int MANY = 10_000;

    /** More receivers than this share processes: else they would be measured competing for memory, and their compilers for cores. */
    private static final int MOST_PROCESSES = 2;

    /** Who gets what. */
    public enum Pattern {
        /** One sends, one receives. */
        pushpull,
        /** One sends, all receive. */
        pubsub,
        /** One sends, one sends back. */
        pingpong,
        /** Several threads of one process send on one handle, one receives. */
        producers,
        /** One asks and waits for the answer. */
        request,
        /** One writes into a log, and reads it again when all is written. */
        append,
        /** Several threads write into a log, and each waits until what it wrote is on disk. */
        force
    }

    /** The channel's mode, as the command line calls it. */
    public enum Mode {
        /** Nothing is promised, but senders wait instead of dropping. */
        best_effort,
        /** Acknowledged. */
        reliable,
        /** The same, and kept in a journal at both ends until then, every message forced to disk before it is sent. */
        durable;

        @Override
        public String toString() {
            return name().replace('_', '-');
        }
    }

    /** As many as take some seconds, so that the part that is not measured outlasts the compiler. */
    public static long messages(int size, Mode mode, int peers) {
        long fewest = size > LARGE ? FEW : MANY;
        long most = Math.min(30_000_000, Math.max(fewest, 6L * 1024 * 1024 * 1024 / size));
        return Math.max(fewest, (mode == Mode.best_effort ? most : most / 4) / peers);
    }

    /** How many receive. */
    public int receivers() {
        return pattern == Pattern.pubsub ? width : 1;
    }

    /** Whether one process does it all: who writes a log reads it again itself. */
    public boolean alone() {
        return pattern == Pattern.append || pattern == Pattern.force;
    }

    /** How many threads send, each with a numbering of its own. */
    public int senders() {
        return pattern == Pattern.producers || pattern == Pattern.force ? width : 1;
    }

    /** In how many processes. */
    public int processes() {
        return Math.min(receivers(), MOST_PROCESSES);
    }

    /** How many of the receivers are in that process. */
    public int receiversIn(int process) {
        return receivers() / processes() + (process < receivers() % processes() ? 1 : 0);
    }

    /** The same over that transport, and so long. */
    public Work over(String otherTransport, Extent otherExtent) {
        return new Work(pattern, mode, size, otherExtent, width, otherTransport);
    }

    WorkQueue<byte[]> queue() {
        return queue("bench");
    }

    /** A queue of that name as this work wants it. */
    public WorkQueue<byte[]> queue(String name) {
        WorkQueue<byte[]> queue = WorkQueue.of(name, Codec.bytes());
        WorkQueue<byte[]> chosen = switch (mode) {
            case best_effort -> queue.bestEffort();
            case reliable -> queue;
            case durable -> queue.durable();
        };
        return chosen.whenFull(Overflow.block(PATIENCE));
    }

    /** Best effort, but publishers wait instead of dropping: a figure with gaps would compare different work. */
    Topic<byte[]> topic() {
        Topic<byte[]> topic = Topic.of("bench", Codec.bytes());
        Topic<byte[]> chosen = switch (mode) {
            case best_effort -> topic;
            case reliable -> topic.reliable();
            case durable -> topic.durable();
        };
        return chosen.whenFull(Overflow.block(PATIENCE));
    }

    /** A reader of that topic: where the topic is durable its place is kept under a name. */
    TopicReader<byte[]> reader(String name) {
        return mode == Mode.durable ? topic().reader(name) : topic().reader();
    }

    /** As arguments of a side. */
    public List<String> arguments() {
        return List.of(
                pattern.name(),
                mode.name(),
                Integer.toString(size),
                extent.toString(),
                Integer.toString(width),
                transport);
    }

    /** From a side's arguments. */
    public static Work of(List<String> arguments) {
        return new Work(
                Pattern.valueOf(arguments.get(0)),
                Mode.valueOf(arguments.get(1)),
                Integer.parseInt(arguments.get(2)),
                Extent.parse(arguments.get(3)),
                Integer.parseInt(arguments.get(4)),
                arguments.get(5));
    }
}
