package io.parley.core.spi;

/**
 * What a source of discovery is given.
 *
 * @param name the node's, for the names of threads
 * @param self what the node will announce; its group is the only one whose claims are of use
 * @param clock time
 * @param entropy chance
 */
public record DiscoveryContext(String name, Announcement self, Clock clock, Entropy entropy) {}
