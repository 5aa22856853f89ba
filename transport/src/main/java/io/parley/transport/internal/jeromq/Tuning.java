package io.parley.transport.internal.jeromq;

import io.parley.core.channel.ReaderSettings;
import java.util.concurrent.TimeUnit;

/**
 * What is set on JeroMQ's sockets.
 *
 * @param largestMessage the largest message in bytes that is accepted; -1 for any, which lets a header of nine bytes claim
 *     the whole heap
 * @param sendFrames how many frames a connection takes before it is full
 * @param receiveFrames how many frames a connection holds that the loop has not read
 * @param firstFrameNanos who connects and then says nothing for so long is closed
 */
record Tuning(long largestMessage, int sendFrames, int receiveFrames, long firstFrameNanos) {
    static final int MAX_FRAME = 512 << 10;
    /** Each frame wakes four threads on its way: half as many are a third faster. Larger ones gain no more. */
    static final int BEST_FRAME = 128 << 10;

    /** A grant takes as long to come back as several frames to be handled: with less than this, links stand still in between. */
    static final ReaderSettings.Window WINDOW = new ReaderSettings.Window(64 * 1024, 4L << 20);

    /** With 16 frames under way 64 KiB frames are twice as fast as with 8, and 64 are no faster. */
    private static final int FRAMES = 16;

    static final Tuning DEFAULT = new Tuning(MAX_FRAME, FRAMES, FRAMES, TimeUnit.SECONDS.toNanos(5));

    /** A full link is tried again after this long, when nothing hints at room; then after twice as long, up to the most. */
    static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    static final long MOST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(16);

    /** Above this many connections a second I/O thread pays. */
    static final int CONNECTIONS_PER_IO_THREAD = 200;

    static int ioThreads(int maxConnections) {
        return maxConnections > CONNECTIONS_PER_IO_THREAD ? 2 : 1;
    }
}
