package io.parley.core.log;

/**
 * Messages that a log had kept, and that cannot be read any more.
 *
 * @param fromLsn the first
 * @param toLsn the last
 */
public record Damage(long fromLsn, long toLsn) {}
