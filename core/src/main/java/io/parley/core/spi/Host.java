package io.parley.core.spi;

import io.parley.core.channel.Happening;
import java.time.Duration;
import java.util.concurrent.Executor;

/** What a node gives to a {@link Companion}. Any thread. */
public interface Host {
    /** What the node calls itself. */
    String name();

    /** Time, as the node has it. */
    Clock clock();

    /** How long closing may take. */
    Duration linger();

    /** The node's handler threads. What they are given after the node has ended they do not run. */
    Executor handlers();

    /**
     * Tells of something that happened: it is counted, logged, and the node's listener hears of it. Never waits.
     *
     * @param count how often, or how many messages
     * @param channel the channel concerned; empty when there is none
     * @param detail for people
     */
    void happened(Happening what, long count, String channel, String detail);

    /**
     * Tells of trouble below the companion, as a transport does. Others may cause it as often as they like: it is counted, and
     * told no more than a few times a second. Never waits.
     *
     * @param detail for people
     */
    void trouble(TransportTrouble trouble, String detail);
}
