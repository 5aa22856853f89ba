package io.parley.core;

import java.util.List;

/**
 * What holds for a channel on this node at this moment.
 *
 * @param channel kind and name
 * @param mode its mode; UNKNOWN when this node neither sends nor reads it
 * @param guarantee what is promised now, in a sentence
 * @param weakenedBy what weakens it now, a sentence each
 * @param facts names and values: limits and what is used of them, counters
 * @param readers a line for each reader of what this node sends
 * @param senders a line for each node from which this one reads
 * @param messages a line for each of some messages of a queue that this node sends: those that somebody holds, or that were
 *     tried in vain
 */
public record Explanation(
        String channel,
        String mode,
        String guarantee,
        List<String> weakenedBy,
        List<Fact> facts,
        List<String> readers,
        List<String> senders,
        List<String> messages) {
    public Explanation {
        weakenedBy = List.copyOf(weakenedBy);
        facts = List.copyOf(facts);
        readers = List.copyOf(readers);
        senders = List.copyOf(senders);
        messages = List.copyOf(messages);
    }

    /**
     * A number that an operator may want.
     *
     * @param name what it is
     * @param value how much
     */
    public record Fact(String name, String value) {}
}
