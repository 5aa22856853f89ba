package io.parley.core.internal.engine;

import io.parley.core.internal.session.ReceiverSession;
import io.parley.core.spi.InletSession;
import io.parley.core.wire.Ack;
import io.parley.core.wire.Credit;
import io.parley.core.wire.Renew;
import io.parley.core.wire.Settle;
import java.util.List;

/** Writes a receiver's answers to its link. */
final class AckWriter implements InletSession.AckPort {
    private static final int FEW = 1_000;

    private final ReceiverSession session;
    private final LinkState link;

    AckWriter(ReceiverSession session, LinkState link) {
        this.session = session;
        this.link = link;
    }

    @Override
    public void ack(long processed, List<Ack.Range> ranges, long started, Credit credit) {
        session.granted(credit);
        link.control(new Ack(session.id(), processed, ranges, started, credit).encode());
    }

    @Override
    public void settle(List<Settle.Item> items) {
        for (int from = 0; from < items.size(); from += Settle.MAX_ITEMS) {
            int to = Math.min(items.size(), from + Settle.MAX_ITEMS);
            link.control(new Settle(session.id(), items.subList(from, to)).encode());
        }
    }

    @Override
    public void renew(List<Long> leases, int extensionMillis) {
        for (int from = 0; from < leases.size(); from += Renew.MAX_LEASES) {
            int to = Math.min(leases.size(), from + Renew.MAX_LEASES);
            link.control(new Renew(session.id(), extensionMillis, leases.subList(from, to)).encode());
        }
    }

    @Override
    public boolean writable() {
        return link.controlWaiting() < FEW;
    }
}
