package io.parley.core.internal.engine;

import io.parley.core.NodeEvent;
import io.parley.core.channel.Happening;
import io.parley.core.spi.InFrame;
import io.parley.core.spi.Runtime;
import java.util.concurrent.TimeUnit;

/**
 * One turn of a node's loop after another: looks at what came from the transport, from the application's threads and from the
 * handlers, lets the state machines decide, and sends; then says how long there is nothing to do.
 *
 * <pre>
 *   poll ─▶ frames ─▶ sessions ─▶ inboxes          application ─▶ log ─▶ wake
 *     ▲                                                             │
 *     └── sleep ◀── send ◀── frames ◀── outlets ◀── channels with news
 * </pre>
 */
final class LoopTurn implements Runtime.Turns {
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long FULL_RETRY = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final Timers timers = new Timers();
    private final Failures failures = new Failures();
    private long now;
    private long lastTurn;
    private long lastPause;
    private long membershipDeadline;
    private long servicesDeadline = Long.MAX_VALUE;
    private boolean membershipTouched = true;
    private volatile boolean over;

    LoopTurn(Engine engine) {
        this.engine = engine;
        now = engine.rim().clock().nanos();
        lastTurn = now;
    }

    /** The time of this turn, or of what the transport has just brought. */
    long now() {
        return now;
    }

    /** The first event of a poll: the time before it is not the time of what arrived. */
    void refreshNow() {
        now = engine.rim().clock().nanos();
    }

    /** Whether the loop runs no more. Any thread. */
    boolean isOver() {
        return over;
    }

    /** Runs something in a turn after so long. */
    void after(long nanos, Runnable task) {
        timers.at(now + nanos, task);
    }

    @Override
    public long turn() {
        if (over) {
            return -1;
        }
        try {
            return doTurn();
        } catch (RuntimeException e) {
            engine.events().failed("a turn of the loop", e);
            return failures.tooMany(now) ? giveUp() : 0;
        }
    }

    /** Nothing helps any more: peers are told nothing, and find out; whoever waits here gets CLOSED. */
    private long giveUp() {
        over = true;
        engine.exchange().outbounds().forEach(o -> {
            o.channel().close();
            o.failReceipts("the loop of the node failed");
        });
        engine.services().abandon();
        return -1;
    }

    private long doTurn() {
        long started = engine.rim().clock().nanos();
        noticeLateness(started);
        lastTurn = started;
        now = started;
        engine.intake().tick(engine.rim().clock().millis());
        takeLocalFrames();
        engine.wakeups().wake();
        runCommands();
        engine.intake().loopHandlers().turn();
        timers.due(now).forEach(Runnable::run);
        engine.events().turn(now);
        engine.events()
                .exhausted(
                        engine.rim().handlers().exhausted(now), engine.limits().maxHandlerThreads());
        engine.receivers().turn(now);
        engine.channels().turn(now);
        servicesDeadline = engine.services().turn(now);
        if (now >= membershipDeadline || membershipTouched) {
            membershipTouched = false;
            membershipDeadline =
                    Math.min(engine.sources().tick(now), engine.membership().tick());
        }
        engine.links().flush();
        if (engine.closing().step(now)) {
            over = true;
            return -1;
        }
        lastPause = pauseTime();
        return lastPause;
    }

    /** Something about peers has changed: they are looked at in this turn. */
    void touchMembership() {
        membershipTouched = true;
    }

    /** A turn that begins long after it was meant to: nobody's silence in between counts. */
    private void noticeLateness(long started) {
        long late = started - lastTurn - lastPause;
        if (late > LATE) {
            now = started;
            engine.membership().shift(late);
            engine.rim().handlers().shift(late);
            membershipDeadline = started + LATE; // first everything that waits in the sockets is read
            engine.events()
                    .happened(new NodeEvent(
                            Happening.LOOP_LATE, 1, "", "", TimeUnit.NANOSECONDS.toMillis(late) + " ms away"));
        }
    }

    @Override
    public void pause(long maxNanos) {
        engine.transportEvents().stale();
        try {
            poll(maxNanos);
        } catch (RuntimeException e) {
            engine.events().failed("the transport", e);
        }
    }

    private void poll(long maxNanos) {
        engine.rim().transport().poll(maxNanos, engine.transportEvents());
        engine.intake().awake();
    }

    private long pauseTime() {
        if (moreToDo()) {
            return 0;
        }
        long until = Math.min(membershipDeadline, timers.next());
        until = Math.min(
                until,
                Math.min(engine.channels().nextDeadline(), engine.receivers().nextDeadline()));
        until = Math.min(until, Math.min(engine.closing().deadline(), servicesDeadline));
        long pause = Math.min(LONGEST_PAUSE, Math.max(0, until - now));
        if (engine.links().mustRetry()) {
            pause = Math.min(pause, FULL_RETRY);
        }
        return engine.intake().fallAsleep() ? pause : 0;
    }

    private boolean moreToDo() {
        return engine.channels().anyActive()
                || !engine.intake().loopHandlers().isEmpty()
                || !engine.localPort().isEmpty()
                || engine.links().canSend();
    }

    private void takeLocalFrames() {
        for (InFrame frame = engine.localPort().next();
                frame != null;
                frame = engine.localPort().next()) {
            engine.dispatcher().frame(engine.localLink(), frame);
            engine.localLink().unblock();
        }
    }

    private void runCommands() {
        for (Runnable command = engine.intake().nextCommand();
                command != null;
                command = engine.intake().nextCommand()) {
            command.run();
        }
    }
}
