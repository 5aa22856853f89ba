package io.parley.core.internal.engine;

import io.parley.core.internal.inbox.InboxConsumer;
import java.util.ArrayList;
import java.util.List;

/**
 * Consumers whose inboxes were given something: each is woken once for all that was read at a time, since waking a thread
 * costs as much as handling dozens of messages. Belongs to the loop.
 */
final class Wakeups {
    /** Whoever waits while so much is read has waited long enough, in bytes. */
    private static final int MUCH = 256 * 1024;

    private final List<Waking> due = new ArrayList<>();
    private int arrived;

    /** One consumer's turn to be woken. */
    private final class Waking implements Runnable {
        private final InboxConsumer consumer;
        private boolean waits;

        Waking(InboxConsumer consumer) {
            this.consumer = consumer;
        }

        @Override
        public void run() {
            if (!waits) {
                waits = true;
                due.add(this);
            }
        }
    }

    /** What an inbox calls when something was added to it. */
    Runnable of(InboxConsumer consumer) {
        return new Waking(consumer);
    }

    /** A frame of so many bytes was taken in. */
    void arrived(int bytes) {
        arrived += bytes;
        if (arrived >= MUCH) {
            wake();
        }
    }

    /** Wakes all that wait. */
    void wake() {
        arrived = 0;
        for (int i = 0; i < due.size(); i++) {
            Waking waking = due.get(i);
            waking.waits = false;
            waking.consumer.wake();
        }
        due.clear();
    }
}
