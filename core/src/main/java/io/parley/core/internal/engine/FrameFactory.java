package io.parley.core.internal.engine;

import io.parley.core.internal.session.FrameBuilder;
import io.parley.core.spi.Clock;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;

/** Frames to be filled, used again and again. Belongs to the loop. */
final class FrameFactory {
    private final ArrayDeque<FrameBuilder> free = new ArrayDeque<>();
    private final Set<Outbound> sentOn = new LinkedHashSet<>();
    private final int bestFrame;
    private final Clock clock;

    FrameFactory(int bestFrame, Clock clock) {
        this.bestFrame = bestFrame;
        this.clock = clock;
    }

    FrameBuilder take() {
        FrameBuilder frame = free.poll();
        return frame == null ? new FrameBuilder() : frame;
    }

    void give(FrameBuilder frame) {
        frame.release();
        free.push(frame);
    }

    /** Something of this channel went into a frame. */
    void sentOn(Outbound outbound) {
        sentOn.add(outbound);
    }

    /** The channels of which something was sent, until cleared. */
    Set<Outbound> sentOn() {
        return sentOn;
    }

    int bestFrame() {
        return bestFrame;
    }

    long millis() {
        return clock.millis();
    }
}
