package io.parley.core;

import io.parley.core.channel.MessageId;
import io.parley.core.identity.NodeId;
import java.util.Optional;

/**
 * Where the program itself keeps what a reader of a DURABLE topic has executed: in the same transaction as the effect, in its
 * database for example. Then the effect happens once, whoever crashes: the handler writes its effect and {@link Message#id} as
 * the last of {@link Message#from} in one transaction; what the store knows does not come to the handler again.
 *
 * <p>Messages of one sender are handled in order, so one row for each sender stands for all of them. Two processes that handle
 * under one reader's name in turn share the store; that one of them writes is for the store to see to, by refusing a
 * transaction that would move a sender's row back.
 */
@FunctionalInterface
public interface DedupStore {
    /**
     * The last message of a sender whose effect is in the store; empty when there is none. Asked on the thread of the handler,
     * before the first message after each new session with that sender. May wait. When it throws that counts as a failure of
     * the handler: it is asked again at the next attempt.
     */
    Optional<MessageId> last(NodeId sender) throws Exception;
}
