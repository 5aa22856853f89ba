package io.parley.core.internal.channel;

import io.parley.core.spi.Runtime;
import java.util.concurrent.Executor;

/** What a channel needs of its node. Any thread. */
public interface ChannelPort {
    /** There is something for the loop to look at. */
    void wake(Channel<?> channel);

    /** Milliseconds since 1970, read once a turn while the loop is busy. */
    long time();

    /** Milliseconds since 1970 at the loop's last turn, which is a moment ago on a channel that the loop minds. */
    long turnTime();

    /** Threads, time and chance. */
    Runtime runtime();

    /** Where futures complete. */
    Executor handlers();
}
