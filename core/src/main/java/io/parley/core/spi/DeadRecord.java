package io.parley.core.spi;

import java.nio.ByteBuffer;

/**
 * A message that will not be tried again.
 *
 * @param epoch the run that appended it
 * @param record from position to limit its bytes, see {@link io.parley.core.log.Record}; valid during the call only
 * @param attempts how often its handler failed
 * @param deaths how many holders died while it ran
 * @param cause the last one, for people
 */
public record DeadRecord(long epoch, ByteBuffer record, int attempts, int deaths, String cause) {}
