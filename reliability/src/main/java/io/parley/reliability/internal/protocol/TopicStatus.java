package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Outlet;
import io.parley.core.spi.OutletStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What waits for the readers of a topic, for people. */
final class TopicStatus {
    private TopicStatus() {}

    static OutletStatus of(Collection<TopicPlace> places, long end) {
        long waiting = 0;
        long outstanding = 0;
        List<OutletStatus.ReaderLine> lines = new ArrayList<>();
        for (TopicPlace place : places) {
            waiting = Math.max(waiting, place.cursor().behind());
            outstanding = Math.max(outstanding, place.due() - 1 - place.acked());
            String state = place.state().name().toLowerCase(Locale.ROOT);
            Outlet.PeerRun by = place.reads();
            lines.add(new OutletStatus.ReaderLine(
                    by == null ? null : by.id(), place.key().reader(), state, end - 1 - place.acked()));
        }
        return new OutletStatus(waiting, outstanding, 0, 0, lines, null);
    }
}
