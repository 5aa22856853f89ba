package io.parley.tools.bench;

import io.parley.core.Topic;
import io.parley.core.WorkQueue;
import io.parley.core.channel.Overflow;
import io.parley.core.codec.Codec;
import java.time.Duration;
import java.util.List;

/**
 * What is measured.
 *
 * @param pattern push/pull or publish/subscribe
 * @param mode what the channel promises
 * @param size bytes of a message, at least {@link Payload#LEAST}
 * @param messages how many, the first fifth of which is not measured
 * @param peers how many receive
 * @param transport the name of the transport; empty for the best one
 */
public record Work(Pattern pattern, Mode mode, int size, long messages, int peers, String transport) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Who gets what. */
    public enum Pattern {
        pushpull,
        pubsub
    }

    /** The channel's mode, as the command line calls it. */
    public enum Mode {
        best_effort,
        reliable;

        @Override
        public String toString() {
            return name().replace('_', '-');
        }
    }

    /** As many as take some seconds, so that the part that is not measured outlasts the compiler. */
    public static long messages(int size, Mode mode, int peers) {
        long most = Math.min(30_000_000, Math.max(10_000, 6L * 1024 * 1024 * 1024 / size));
        return Math.max(10_000, (mode == Mode.reliable ? most / 4 : most) / peers);
    }

    /** The number of the first message that is measured. */
    public long first() {
        return messages / 5;
    }

    /** How many are measured. */
    public long measured() {
        return messages - first();
    }

    WorkQueue<byte[]> queue() {
        WorkQueue<byte[]> queue = WorkQueue.of("bench", Codec.bytes());
        return (mode == Mode.reliable ? queue : queue.bestEffort()).whenFull(Overflow.block(PATIENCE));
    }

    /** Best effort, but publishers wait instead of dropping: a figure with gaps would compare different work. */
    Topic<byte[]> topic() {
        Topic<byte[]> topic = Topic.of("bench", Codec.bytes());
        return (mode == Mode.reliable ? topic.reliable() : topic).whenFull(Overflow.block(PATIENCE));
    }

    /** As arguments of a side. */
    public List<String> arguments() {
        return List.of(
                pattern.name(),
                mode.name(),
                Integer.toString(size),
                Long.toString(messages),
                Integer.toString(peers),
                transport);
    }

    /** From a side's arguments. */
    public static Work of(List<String> arguments) {
        return new Work(
                Pattern.valueOf(arguments.get(0)),
                Mode.valueOf(arguments.get(1)),
                Integer.parseInt(arguments.get(2)),
                Long.parseLong(arguments.get(3)),
                Integer.parseInt(arguments.get(4)),
                arguments.get(5));
    }
}
