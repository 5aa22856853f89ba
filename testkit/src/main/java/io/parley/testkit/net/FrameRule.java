package io.parley.testkit.net;

import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.function.Predicate;

/** Decides about every frame that passes a {@link SimNetwork}, in the order of arrival. */
@FunctionalInterface
public interface FrameRule {
    /** What becomes of this frame. Must decide from the passage, its own count and seeded chance alone. */
    FrameFate judge(Passage passage);

    /** All frames pass. */
    static FrameRule none() {
        return passage -> FrameFate.PASS;
    }

    /** Gives a fate to the n-th frame, counted from 1, that the predicate holds for; all others pass. */
    static FrameRule nth(int n, Predicate<Passage> which, FrameFate fate) {
        int[] seen = {0};
        return passage -> which.test(passage) && ++seen[0] == n ? fate : FrameFate.PASS;
    }

    /** Gives a fate to the n-th frame, counted from 1, of a type. */
    static FrameRule nthOfType(int n, int type, FrameFate fate) {
        return nth(n, passage -> passage.type() == type, fate);
    }

    /** Gives a fate to each frame with this probability, 0 to 1. */
    static FrameRule sometimes(SeededEntropy chance, double probability, FrameFate fate) {
        return passage -> chance.chance(probability) ? fate : FrameFate.PASS;
    }

    /** Delays each frame with this probability, 0 to 1, by up to this much. */
    static FrameRule delays(SeededEntropy chance, double probability, Duration most) {
        return passage -> chance.chance(probability)
                ? FrameFate.delay(Duration.ofNanos(chance.nextBetween(0, most.toNanos())))
                : FrameFate.PASS;
    }

    /** Asks the other rule about the frames that this one lets pass. */
    default FrameRule or(FrameRule other) {
        return passage -> {
            FrameFate fate = judge(passage);
            return fate == FrameFate.PASS ? other.judge(passage) : fate;
        };
    }
}
