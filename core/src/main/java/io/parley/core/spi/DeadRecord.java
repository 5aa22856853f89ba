package io.parley.core.spi;

import io.parley.core.channel.Death;
import java.nio.ByteBuffer;

/**
 * A message that will not be tried again.
 *
 * @param epoch the run that appended it
 * @param record from position to limit its bytes, see {@link io.parley.core.log.Record}; valid during the call only
 * @param death why, when, and what was tried
 */
public record DeadRecord(long epoch, ByteBuffer record, Death death) {}
