package io.parley.core.spi;

/**
 * What a transport is given.
 *
 * @param name the node's, for the names of threads
 * @param clock time
 * @param entropy chance
 * @param maxConnections the most connections to hold at once, both ways together
 */
public record TransportContext(String name, Clock clock, Entropy entropy, int maxConnections) {}
