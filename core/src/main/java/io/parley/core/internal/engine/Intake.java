package io.parley.core.internal.engine;

import io.parley.core.internal.channel.Channel;
import io.parley.core.internal.channel.ChannelPort;
import io.parley.core.spi.Runtime;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How other threads reach the loop: queues that the loop empties at each turn, and a wake-up when it sleeps. Nobody waits here.
 *
 * <p>The loop says that it will sleep before it looks at the queues for the last time; whoever adds looks at that afterwards.
 * So one of the two always sees the other.
 */
final class Intake implements ChannelPort {
    private final Rim rim;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Channel<?>> woken = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Reader> progressed = new ConcurrentLinkedQueue<>();
    private final LoopHandlers loopHandlers = new LoopHandlers(this::wakeLoop);
    private volatile Runtime.@Nullable Loop loop;
    private volatile boolean asleep;
    private volatile long coarseMillis;

    Intake(Rim rim) {
        this.rim = rim;
        coarseMillis = rim.clock().millis();
    }

    /** Runs something on the loop. */
    void run(Runnable command) {
        commands.add(command);
        wakeLoop();
    }

    @Override
    public void wake(Channel<?> channel) {
        woken.add(channel);
        wakeLoop();
    }

    /** A reader's handler got on. */
    void progressed(Reader reader) {
        if (reader.markProgress()) {
            progressed.add(reader);
            wakeLoop();
        }
    }

    /** The loop runs. */
    void runBy(Runtime.Loop running) {
        loop = running;
    }

    /** Whether the loop has nothing to do but wait. */
    boolean isAsleep() {
        return asleep;
    }

    private void wakeLoop() {
        if (asleep) {
            rim.transport().wakeUp();
            Runtime.Loop running = loop;
            if (running != null) {
                running.call();
            }
        }
    }

    @Override
    public long time() {
        return asleep ? rim.clock().millis() : coarseMillis;
    }

    @Override
    public long turnTime() {
        return coarseMillis;
    }

    @Override
    public Runtime runtime() {
        return rim.runtime();
    }

    @Override
    public Executor handlers() {
        return rim.handlers();
    }

    /** Handlers that run on the loop. */
    LoopHandlers loopHandlers() {
        return loopHandlers;
    }

    // the loop's side

    void tick(long millis) {
        coarseMillis = millis;
    }

    @Nullable Runnable nextCommand() {
        return commands.poll();
    }

    @Nullable Channel<?> nextWoken() {
        return woken.poll();
    }

    @Nullable Reader nextProgressed() {
        return progressed.poll();
    }

    /** The loop will sleep, unless something came in the meantime; returns whether it may. */
    boolean fallAsleep() {
        asleep = true;
        if (commands.isEmpty() && woken.isEmpty() && progressed.isEmpty() && loopHandlers.isEmpty()) {
            return true;
        }
        asleep = false;
        return false;
    }

    void awake() {
        asleep = false;
    }
}
