package io.parley.core.internal.channel;

import io.parley.core.spi.Clock;
import io.parley.core.spi.Entropy;
import io.parley.core.spi.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** A node of which a channel sees the clock and who was woken, and nothing else. */
final class FakePort implements ChannelPort, Runtime {
    final List<Channel<?>> woken = new ArrayList<>();
    long time = 1_700_000_000_000L;
    long turnTime = time - 1;
    int signals;

    @Override
    public void wake(Channel<?> channel) {
        woken.add(channel);
    }

    @Override
    public long time() {
        return time;
    }

    @Override
    public long turnTime() {
        return turnTime;
    }

    @Override
    public Runtime runtime() {
        return this;
    }

    @Override
    public Executor handlers() {
        return Runnable::run;
    }

    @Override
    public Signal newSignal() {
        return () -> signals++;
    }

    @Override
    public Clock clock() {
        throw new IllegalStateException("not asked for");
    }

    @Override
    public Entropy entropy() {
        throw new IllegalStateException("not asked for");
    }

    @Override
    public Worker startWorker(String name, Runnable work) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Loop startLoop(String name, Turns turns) {
        throw new IllegalStateException("not asked for");
    }

    @Override
    public Handlers openHandlers(String name, int maxThreads) {
        throw new IllegalStateException("not asked for");
    }

    @Override
    public boolean await(Signal signal, BooleanSupplier condition, long nanos) {
        throw new IllegalStateException("an append never waits");
    }
}
