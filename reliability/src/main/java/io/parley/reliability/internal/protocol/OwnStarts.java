package io.parley.reliability.internal.protocol;

import io.parley.core.channel.ChannelId;
import io.parley.core.identity.NodeId;
import io.parley.core.spi.Ledger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What workers begin with in the very process that sent it. Nobody outlives the two to say what killed them, so it is in the
 * sender's ledger before it begins: what is found begun there, and not ended, was a death.
 */
public final class OwnStarts {
    private final NodeId self;
    private final Map<ChannelId, Ledger> ledgers = new HashMap<>();

    /** Of this node, none yet. */
    public OwnStarts(NodeId self) {
        this.self = self;
    }

    /** This node sends on a queue, and keeps this ledger of it; null when it keeps none. */
    void sends(ChannelId queue, @Nullable Ledger ledger) {
        if (ledger == null) {
            ledgers.remove(queue);
        } else {
            ledgers.put(queue, ledger);
        }
    }

    /** A worker is about to begin with these. Returns whether it may by now. */
    BooleanSupplier begin(ChannelId queue, NodeId sender, List<Run> runs) {
        Ledger ledger = sender.equals(self) ? ledgers.get(queue) : null;
        if (ledger == null) {
            return OwnStarts::atOnce;
        }
        long last = 0;
        for (Run run : runs) {
            last = ledger.append(new Ledger.Started(run.id));
        }
        long upTo = last;
        return () -> ledger.writtenUpTo() >= upTo;
    }

    private static boolean atOnce() {
        return true;
    }
}
