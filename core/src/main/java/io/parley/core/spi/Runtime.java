package io.parley.core.spi;

import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

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

    /** The threads on which handlers run. */
    Handlers openHandlers(String name, int maxThreads);

    /**
     * Waits on the calling thread until the condition holds.
     *
     * @param signal is signalled when the condition may have changed
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
