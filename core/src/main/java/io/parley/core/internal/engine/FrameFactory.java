package io.parley.core.internal.engine;

import io.parley.core.internal.session.FrameBuilder;
import io.parley.core.spi.Clock;
import java.util.ArrayDeque;

/** Frames to be filled, used again and again. Belongs to the loop. */
final class FrameFactory {
    private final ArrayDeque<FrameBuilder> free = new ArrayDeque<>();
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

    int bestFrame() {
        return bestFrame;
    }

    long millis() {
        return clock.millis();
    }
}
