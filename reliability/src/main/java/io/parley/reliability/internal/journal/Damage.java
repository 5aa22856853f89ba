package io.parley.reliability.internal.journal;

/**
 * Messages that were forced, and cannot be read any more.
 *
 * @param fromLsn the first
 * @param toLsn the last
 */
public record Damage(long fromLsn, long toLsn) {}
