package io.parley.core.spi;

import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads, time and chance, as a node gets them. The real one gives a loop thread and a pool of handler threads; a simulated
 * one runs the turns itself and never waits.
 */
public interface Runtime {
    /** Time. */
    Clock clock();

    /** Chance. */
    Entropy entropy();

    /**
     * Has the turns of a loop run, one after another, until {@link Turns#turn} says that it is over.
     *
     * @param name of the node
     */
    Loop startLoop(String name, Turns turns);

    /**
     * Runs something once on a thread of its own, which may wait for a disk and is not interrupted.
     *
     * @param name of the thread
     */
    Worker startWorker(String name, Runnable work);

    /** The threads on which handlers run. */
    Handlers openHandlers(String name, int maxThreads);

    /**
     * Waits on the calling thread until the condition holds.
     *
     * @param signal is signalled when the condition may have changed
     * @param condition cheap; any thread may ask it, also whoever signals
     * @param nanos the longest wait
     * @return whether the condition holds
     * @throws InterruptedException when the calling thread is interrupted
     */
    boolean await(Signal signal, BooleanSupplier condition, long nanos) throws InterruptedException;

    /** Makes a signal. */
    Signal newSignal();

    /** What a loop does. */
    interface Turns {
        /**
         * Does what there is to do.
         *
         * @return how long to wait for the transport at the most, in nanoseconds, 0 for another turn at once; negative when
         *     the loop is over
         */
        long turn();

        /** Waits for the transport, or for a wake-up. */
        void pause(long maxNanos);
    }

    /** A running loop. */
    interface Loop {
        /** Whether the caller is the loop. */
        boolean current();

        /** Waits until the loop is over, at most so long; not interruptible. */
        boolean join(long nanos);

        /** There is something for the next turn: whoever waits before running it waits no more. Any thread, never waits. */
        default void call() {}

        /**
         * Has the calling thread run the turns itself for a while, so that what it waits for wakes no other thread. May wait
         * for the end of a turn.
         *
         * @param wakeHost ends the pause of whoever runs them now
         * @return null when it may not: another thread is a guest, the loop is over, or this one lends nothing, as by default
         */
        default @Nullable Guest enter(Runnable wakeHost) {
            return null;
        }
    }

    /** A thread that runs a loop's turns in the loop's place, from {@link Loop#enter} to {@link #close}. */
    interface Guest extends AutoCloseable {
        /**
         * Runs turns until the condition holds.
         *
         * @return whether it holds; false when the time or the loop is over
         * @throws InterruptedException when the calling thread is interrupted
         */
        boolean runUntil(BooleanSupplier done, long nanos) throws InterruptedException;

        /** Gives the loop back. */
        @Override
        void close();
    }

    /** A thread of its own. */
    interface Worker {
        /** Waits until its work is done, at most so long; not interruptible. */
        boolean join(long nanos);
    }

    /** Wakes threads that wait. */
    interface Signal {
        /** The condition may have changed. Any thread, never waits, cheap when nobody waits. */
        void signal();
    }

    /** The threads of handlers. */
    interface Handlers extends Executor {
        /** How many threads run a handler now. */
        int running();

        /** Takes no more; interrupts what still runs after the first half of the time; waits for at most so long. */
        boolean close(long nanos);
    }
}
