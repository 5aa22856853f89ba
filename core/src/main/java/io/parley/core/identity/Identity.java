package io.parley.core.identity;

/**
 * Who a node is, and in which run of it.
 *
 * @param id the node
 * @param run its run
 */
public record Identity(NodeId id, Run run) {}
