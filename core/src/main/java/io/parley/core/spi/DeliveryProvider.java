package io.parley.core.spi;

import io.parley.core.identity.Identity;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the delivery of a node. Found by {@link java.util.ServiceLoader}, or given to the builder. */
public interface DeliveryProvider {
    /** What it is called in events, for example {@code memory}. */
    String name();

    /** Where several serve a mode, the one with the highest number does. */
    int priority();

    /**
     * Gets hold of what the delivery stands on, before its node says who it is. May wait, for a disk too.
     *
     * @throws io.parley.core.error.ParleyException when there is no such thing, or another has it
     */
    Opening open(Ground ground);

    /**
     * What there is before a node says who it is.
     *
     * @param name the node's
     * @param runtime threads, time and chance
     */
    record Ground(String name, Runtime runtime) {}

    /** What a delivery stands on. One object serves one node. */
    interface Opening {
        /** One that keeps no identity, and has nothing to close. */
        static Opening of(Function<DeliveryContext, Delivery> delivery) {
            return delivery::apply;
        }

        /** Who the node is, where that is kept here: the epoch of this run is forced by now. Null when it is not. */
        default @Nullable Identity identity() {
            return null;
        }

        /** Makes the delivery, once the node says who it is. */
        Delivery delivery(DeliveryContext context);

        /**
         * Ends it and all that its delivery opened: writes what was accepted. The loop runs no more.
         *
         * @param nanos waits for at most so long; what is left to do then goes on by itself
         */
        default void close(long nanos) {}
    }
}
