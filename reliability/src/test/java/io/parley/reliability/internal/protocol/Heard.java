package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Death;
import io.parley.core.channel.Happening;
import io.parley.core.identity.NodeId;
import io.parley.core.spi.DeadRecord;
import io.parley.core.spi.OutletListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Remembers what an outlet tells. */
final class Heard implements OutletListener {
    /** A dead letter. */
    record Dead(long lsn, int attempts, int deaths, String cause) {}

    /** Somebody left an audience. */
    record Left(long from, long to, AudienceEnd end) {}

    final List<Long> completed = new ArrayList<>();
    final List<Long> expired = new ArrayList<>();
    final Map<Long, List<NodeId>> processed = new HashMap<>();
    final List<Left> left = new ArrayList<>();
    final List<Dead> dead = new ArrayList<>();
    final Map<Happening, Long> happened = new HashMap<>();

    @Override
    public void processedBy(long lsn, NodeId peer) {
        processed.computeIfAbsent(lsn, l -> new ArrayList<>()).add(peer);
    }

    @Override
    public void completed(long lsn) {
        completed.add(lsn);
    }

    @Override
    public void audienceEnded(long from, long to, AudienceEnd end) {
        left.add(new Left(from, to, end));
    }

    @Override
    public void dead(DeadRecord letter) {
        long lsn =
                io.parley.core.log.Record.lsn(letter.record(), letter.record().position());
        Death death = letter.death();
        dead.add(new Dead(lsn, death.attempts(), death.deaths(), death.cause()));
    }

    @Override
    public void expired(long lsn) {
        expired.add(lsn);
    }

    @Override
    public void happened(Happening what, long count, String detail) {
        happened.merge(what, count, Long::sum);
    }
}
