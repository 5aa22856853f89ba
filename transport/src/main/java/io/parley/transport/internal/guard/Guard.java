package io.parley.transport.internal.guard;

import java.util.concurrent.TimeUnit;

/** Times and sizes that JeroMQ must be given, or looked after with. */
public final class Guard {
    /** A greeting that takes longer is given up. The default is 30 s, and one connect in twenty would wait for that. */
    public static final int GREETING_MILLIS = 500;

    /** Most connects are done in less; one that is not is stuck, see {@link GuardedContext#push}. */
    public static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Two seconds are promised; the rest is for the loop to be late. */
    public static final long DIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(1_900);

    /**
     * Every socket is looked at this often at least: its mailbox is a pipe of 64 KiB that JeroMQ's threads write to in a
     * busy loop when it is full.
     */
    public static final long SERVICE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** A day: when to dial again is decided above, and JeroMQ cannot be told not to (0 and -1 break it). */
    public static final int RECONNECT_MILLIS = 86_400_000;

    /** With JeroMQ's 100, 600 connects at once take 3 s. */
    public static final int BACKLOG = 4_096;

    private Guard() {}
}
