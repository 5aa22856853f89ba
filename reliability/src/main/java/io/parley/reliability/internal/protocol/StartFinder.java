package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Start;
import io.parley.core.log.Log;
import io.parley.core.wire.Resume;

/** Where a reader begins that has no place in the log. */
final class StartFinder {
    private final Log log;
    private final Epochs epochs;

    StartFinder(Log log, Epochs epochs) {
        this.log = log;
        this.epochs = epochs;
    }

    long find(Resume resume) {
        long end = log.endLsn();
        if (resume instanceof Resume.Fresh fresh) {
            return find(fresh.start());
        } else if (resume instanceof Resume.At at && at.position().epoch() == epochs.current()) {
            return Math.max(1, Math.min(at.position().lsn(), end));
        } else if (resume instanceof Resume.After after) {
            return epochs.after(after.last());
        }
        return end;
    }

    private long find(Start start) {
        if (start instanceof Start.Earliest) {
            return log.firstLsn();
        } else if (start instanceof Start.Last last) {
            return Math.max(log.firstLsn(), log.endLsn() - Math.min(last.count(), log.endLsn()));
        } else if (start instanceof Start.Since since) {
            return log.since(since.epochMillis());
        }
        return log.endLsn();
    }
}
