package io.parley.core.internal.engine;

import io.parley.core.internal.session.ReceiverSession;
import io.parley.core.wire.DataHead;
import io.parley.core.wire.Lease;
import java.nio.ByteBuffer;
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

    /** A part of a record came; with the last one it is a frame like any other. */
    void chunk(ReceiverEntry entry, ByteBuffer bytes) {
        ReceiverSession session = entry.session();
        if (session.assembles()) {
            engine.assemblies().grew(entry);
            if (DataHead.isLeased(bytes)) {
                session.inlet().arriving(Lease.read(bytes, 0), engine.now());
            }
        } else {
            engine.assemblies().over(entry);
            session.inlet().data(new HeapFrame(session.takeAssembled()), engine.now());
        }
        turn(entry);
    }

    /** Its sender is told to send nothing more: what came of a record is not waited for. */
    void drains(ReceiverEntry entry) {
        engine.assemblies().over(entry);
    }

    void ended(ReceiverEntry entry) {
        deadlines.remove(entry);
        engine.assemblies().over(entry);
        entry.session().end();
    }

    /** When the next session wants its turn. */
    long nextDeadline() {
        return deadlines.next();
    }
}
