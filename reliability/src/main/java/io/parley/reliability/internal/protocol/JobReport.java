package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Death;
import io.parley.core.log.Log;
import io.parley.core.log.LogCursor;
import io.parley.core.log.Record;
import io.parley.core.spi.OutletStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What people may want to know of a queue's messages. */
final class JobReport {
    private static final int MOST_LINES = 50;

    private final Log log;
    private final Backlog backlog;
    private final JobTable table;
    private final Burials burials;

    JobReport(Log log, Backlog backlog, JobTable table, Burials burials) {
        this.log = log;
        this.backlog = backlog;
        this.table = table;
        this.burials = burials;
    }

    OutletStatus.Jobs status() {
        long failures = 0;
        List<OutletStatus.JobLine> lines = new ArrayList<>();
        for (Job job : table.live()) {
            failures += job.attempts + job.deaths;
            boolean telling = job.member != null || !job.failures.isEmpty();
            if (telling && lines.size() < MOST_LINES) {
                lines.add(line(job));
            }
        }
        return new OutletStatus.Jobs(oldest(), failures, burials.kept(), lines);
    }

    private long oldest() {
        LogCursor cursor =
                new LogCursor(log, Math.max(log.firstLsn(), backlog.gone().low()));
        return cursor.hasNext() ? Record.time(cursor.segment().buffer(), cursor.offset()) : 0;
    }

    private static OutletStatus.JobLine line(Job job) {
        Member member = job.member;
        return new OutletStatus.JobLine(
                job.lsn,
                Record.time(job.in().buffer(), job.offset),
                job.state.name().toLowerCase(Locale.ROOT),
                member == null ? null : member.key.peer().id(),
                describe(job));
    }

    private static String describe(Job job) {
        if (job.failures.isEmpty()) {
            return "";
        }
        Death.Failure last = job.failures.get(job.failures.size() - 1);
        return job.attempts + " attempts and " + job.deaths + " deaths, the last at " + last.at() + ": " + last.cause();
    }
}
