package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Start;
import io.parley.core.log.Log;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;

/** Where a reader begins that has no place in the log. */
final class StartFinder {
    private final Log log;

    StartFinder(Log log) {
        this.log = log;
    }

    long find(Start start) {
        if (start instanceof Start.Earliest) {
            return log.firstLsn();
        } else if (start instanceof Start.Last last) {
            return Math.max(log.firstLsn(), log.endLsn() - Math.min(last.count(), log.endLsn()));
        } else if (start instanceof Start.Since since) {
            return since(since.epochMillis());
        }
        return log.endLsn();
    }

    private long since(long millis) {
        LogCursor cursor = new LogCursor(log, log.firstLsn());
        while (cursor.hasNext() && Record.time(cursor.segment().buffer(), cursor.offset()) < millis) {
            cursor.next();
        }
        return Math.max(cursor.lsn(), log.firstLsn());
    }
}
