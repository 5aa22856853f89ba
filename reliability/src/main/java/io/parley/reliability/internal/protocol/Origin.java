package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Entropy;
import io.parley.core.spi.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * Where an outlet works.
 *
 * @param epoch of this run
 * @param entropy for the backoff
 * @param ledger what survives this run besides the log; null when nothing does
 * @param wallOffset wall time minus steady time, in milliseconds
 */
public record Origin(long epoch, Entropy entropy, @Nullable Ledger ledger, long wallOffset) {}
