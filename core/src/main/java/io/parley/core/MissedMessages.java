package io.parley.core;

import io.parley.core.channel.GapReason;

/**
 * Messages that a subscription will not get, told in their place among those that it gets.
 *
 * @param count how many; an upper bound when not exact; -1 when not known, as with SENDER_LOST
 * @param exact whether the count is exact
 * @param reason why
 * @param from whose messages
 */
public record MissedMessages(long count, boolean exact, GapReason reason, Peer from) {}
