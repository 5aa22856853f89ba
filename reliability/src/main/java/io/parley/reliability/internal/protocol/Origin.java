package io.parley.reliability.internal.protocol;

import io.parley.core.spi.Clock;
import io.parley.core.spi.DeliveryContext;
import io.parley.core.spi.Entropy;
import io.parley.core.spi.Ledger;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where an outlet works.
 *
 * @param epoch of this run
 * @param entropy for the backoff
 * @param ledger what survives this run besides the log; null when nothing does
 * @param box where what a queue gave up is kept; null when it is not
 * @param wallOffset wall time minus steady time, in milliseconds
 */
public record Origin(
        long epoch,
        Entropy entropy,
        @Nullable Ledger ledger,
        @Nullable DeadLetterBox box,
        long wallOffset) {
    /** In this run of a node. */
    static Origin of(DeliveryContext context, @Nullable Ledger ledger, @Nullable DeadLetterBox box) {
        Clock clock = context.clock();
        long wallOffset = clock.millis() - TimeUnit.NANOSECONDS.toMillis(clock.nanos());
        return new Origin(context.run().epoch(), context.entropy(), ledger, box, wallOffset);
    }
}
