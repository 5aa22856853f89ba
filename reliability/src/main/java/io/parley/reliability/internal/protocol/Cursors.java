package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Ledger;
import io.parley.core.wire.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The places of durable readers in the ledger of their channel. Without a ledger nothing is kept, and nothing waits for it. */
final class Cursors {
    private final @Nullable Ledger ledger;
    private final Epochs epochs;

    Cursors(@Nullable Ledger ledger, Epochs epochs) {
        this.ledger = ledger;
        this.epochs = epochs;
    }

    /** Whether places outlive the run, and belong to names. */
    boolean durable() {
        return ledger != null;
    }

    /** The readers that an earlier run knew, and the last message that each had settled. */
    Map<String, Position> replay() {
        Map<String, Position> cursors = new LinkedHashMap<>();
        Ledger from = ledger;
        if (from != null) {
            from.replay(entry -> {
                if (entry instanceof Ledger.Cursor cursor) {
                    cursors.put(cursor.reader(), cursor.upTo());
                } else if (entry instanceof Ledger.Forgotten forgotten) {
                    cursors.remove(forgotten.reader());
                }
            });
        }
        return cursors;
    }

    /** Writes down that there is such a reader, though it may have settled nothing. */
    void know(TopicPlace place) {
        Ledger to = ledger;
        if (to != null) {
            Position upTo = epochs.position(place.acked());
            place.noted(to.append(new Ledger.Cursor(place.key().reader(), upTo)));
        }
    }

    /** Writes down how far a reader is. */
    void note(TopicPlace place) {
        if (place.acked() > place.noted()) {
            know(place);
        }
    }

    /** How far a reader is for ever: what a crash cannot take back. */
    Position announced(TopicPlace place) {
        Ledger from = ledger;
        return epochs.position(from == null ? place.acked() : place.forced(from.forcedUpTo()));
    }
}
