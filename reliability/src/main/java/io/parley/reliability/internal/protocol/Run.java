package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Outlet;
import io.parley.core.spi.Workers;
import io.parley.core.wire.Lease;
import io.parley.core.wire.Position;
import org.jspecify.annotations.Nullable;

/** One message that a member was handed and that it began to run, or is about to. */
final class Run {
    final Outlet.PeerRun sender;
    final Position id;
    final HeldFrame in;
    final int offset;
    final int bytes;
    final int attempt;
    final int deaths;
    final Lease.Redelivered redelivered;

    /** When its time to live is over: it is not begun after that. */
    final long deadline;

    /** Under which lease it is held now; a message that was leased again while it ran goes on under the new one. */
    long lease;

    long number;

    /** Where its end is told; null while there is no session. */
    @Nullable WorkSession session;

    boolean answered;
    boolean timedOut;

    Run(Outlet.PeerRun sender, HeldFrame in, Lease leased, WorkSession session) {
        this.sender = sender;
        this.in = in;
        this.session = session;
        id = new Position(in.epoch(), in.lsn());
        offset = in.offset();
        bytes = in.length();
        number = in.number();
        deadline = in.deadline();
        lease = leased.number();
        attempt = leased.attempt();
        deaths = leased.deaths();
        redelivered = leased.redelivered();
    }

    Workers.Task task() {
        in.frame().retain();
        return new Workers.Task(in.frame(), offset, sender, id.epoch(), attempt, redelivered);
    }
}
