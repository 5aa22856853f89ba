package io.parley.core;

import io.parley.core.channel.MessageId;
import java.util.List;

/**
 * What became of a message.
 *
 * @param id which message
 * @param stage how far it came
 * @param by the nodes that processed it, by name; empty at earlier stages, and when nobody was there to get it
 */
public record Receipt(MessageId id, Stage stage, List<String> by) {
    public Receipt {
        by = List.copyOf(by);
    }
}
