package io.parley.core.internal.engine;

import io.parley.core.internal.channel.Channel;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** The channels that have to be looked at: something was appended, acknowledged or sent, or a time has come. Belongs to the loop. */
final class ActiveChannels {
    /** How often to look at a channel whose receivers are behind while it grows. */
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(1);

    private final Engine engine;
    private final ArrayDeque<Outbound> active = new ArrayDeque<>();
    private final Deadlines<Outbound> deadlines = new Deadlines<>();

    ActiveChannels(Engine engine) {
        this.engine = engine;
    }

    /** The channel is looked at in this turn or the next. */
    void activate(Outbound outbound) {
        if (!outbound.active()) {
            outbound.active(true);
            active.add(outbound);
        }
    }

    boolean anyActive() {
        return !active.isEmpty();
    }

    /** When the next channel wants to be looked at. */
    long nextDeadline() {
        return deadlines.next();
    }

    /** Looks at all of them once. */
    void turn(long now) {
        Intake intake = engine.intake();
        for (Channel<?> channel = intake.nextWoken(); channel != null; channel = intake.nextWoken()) {
            Outbound outbound = engine.exchange().outbound(channel.settings().id());
            if (outbound != null && outbound.channel() == channel) {
                activate(outbound);
            }
        }
        deadlines.due(now).forEach(this::activate);
        int rounds = active.size();
        for (int i = 0; i < rounds; i++) {
            Outbound outbound = active.removeFirst();
            outbound.active(false);
            outbound.turn(now);
            settleDown(outbound, now);
            deadlines.update(outbound);
        }
    }

    /**
     * Lets a channel rest whose messages are all seen to, and looks once more for what came in between. Where nothing could be
     * sent anyway, appenders would wake the loop for nothing: it looks by itself, now and then, until they pause.
     */
    private void settleDown(Outbound outbound, long now) {
        if (outbound.throttled()) {
            outbound.lookAt(now + LOOK_AGAIN);
            return;
        }
        Channel<?> channel = outbound.channel();
        channel.rest();
        if (outbound.hasNews() && channel.rouse()) {
            activate(outbound);
        }
    }

    /** Something of this channel was sent. */
    void afterSend(Outbound outbound, long now) {
        outbound.afterSend(now);
        deadlines.update(outbound);
    }
}
