package io.parley.core.internal.engine;

import java.util.List;

/** The sessions of this node's readers: they answer when their handlers get on, and when their time has come. Belongs to the loop. */
final class ReceiverTurns {
    private final Engine engine;
    private final Deadlines<ReceiverEntry> deadlines = new Deadlines<>();

    ReceiverTurns(Engine engine) {
        this.engine = engine;
    }

    /** Lets all answer that have a reason to. */
    void turn(long now) {
        Intake intake = engine.intake();
        for (Reader reader = intake.nextProgressed(); reader != null; reader = intake.nextProgressed()) {
            reader.prepareTurn();
            for (ReceiverEntry entry : List.copyOf(reader.sessions())) {
                turn(entry);
            }
        }
        deadlines.due(now).forEach(this::turn);
    }

    /** Lets a session answer. */
    void turn(ReceiverEntry entry) {
        if (entry.ended()) {
            return;
        }
        entry.deadline(entry.session().inlet().turn(entry.acks(), engine.now()));
        deadlines.update(entry);
        if (entry.link().controlWaiting() > 0) {
            engine.links().hasWork(entry.link());
        }
    }

    void ended(ReceiverEntry entry) {
        deadlines.remove(entry);
    }

    /** When the next session wants its turn. */
    long nextDeadline() {
        return deadlines.next();
    }
}
