package io.parley.reliability.internal.durable;

import io.parley.core.channel.Death;
import io.parley.core.wire.Position;

/** What a log of dead letters says of the messages in it. */
sealed interface DeadLetterNote {
    /** The record before this one is the message with this id. */
    record Buried(Position id, Death death) implements DeadLetterNote {}

    /** The letter with this id is gone. */
    record Removed(Position id, Why why) implements DeadLetterNote {}

    /** Why a letter is gone. */
    enum Why {
        DISCARDED,
        REDRIVEN,
        TOO_OLD,
        NO_ROOM
    }
}
