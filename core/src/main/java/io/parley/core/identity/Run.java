package io.parley.core.identity;

/**
 * One run of a node's process. The epoch rises by one with every run that keeps its data, and is forced to disk before
 * the first frame; a run without a data directory has epoch 0. The nonce is random, and tells a peer that was cut off
 * from one that was started again.
 *
 * @param epoch the number of the run, unsigned; 0 without a data directory
 * @param nonce random, per process run
 */
public record Run(long epoch, long nonce) {}
