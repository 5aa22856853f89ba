package io.parley.transport.internal.zmtp;

import java.util.List;

/** Everything of a transport that happens because time passes. Looked at once a turn, after the sockets were read. */
final class Deadlines {
    private final Connections connections;
    private final Doors doors;
    private final Crowd crowd;
    private final Silence silence;

    Deadlines(Connections connections, Doors doors, Crowd crowd, Silence silence) {
        this.connections = connections;
        this.doors = doors;
        this.crowd = crowd;
        this.silence = silence;
    }

    /** How long to wait at most, so that nothing is judged late. */
    long untilNext(long now, long maxNanos) {
        if (maxNanos <= 0) {
            return 0;
        }
        long next = Math.min(
                Math.min(connections.deadline(now) - now, silence.deadline(now) - now),
                Math.min(doors.deadline(now) - now, crowd.deadline(now) - now));
        return Math.max(0, Math.min(maxNanos, next));
    }

    /** Does what is due. */
    void judge(long now) {
        connections.judge(now);
        doors.judge(now);
        crowd.judge(now, connections);
        List<Connection> silent = silence.judge(now);
        for (int i = 0; i < silent.size(); i++) {
            connections.end(silent.get(i), "silent for longer than its own time to live", null);
        }
    }
}
