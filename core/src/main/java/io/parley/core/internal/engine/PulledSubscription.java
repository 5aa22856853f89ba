package io.parley.core.internal.engine;

import io.parley.core.Message;
import io.parley.core.Receiver;
import io.parley.core.internal.inbox.PulledInbox;
import java.time.Duration;
import java.util.Optional;

/** A receiver: a subscription whose inbox the program empties. */
record PulledSubscription<T>(RunningSubscription running, PulledInbox<T> inbox) implements Receiver<T> {
    PulledSubscription<T> open() {
        running.open();
        return this;
    }

    @Override
    public Optional<Message<T>> receive(Duration timeout) {
        return inbox.receive(timeout);
    }

    @Override
    public ReaderStats stats() {
        return running.stats();
    }

    @Override
    public void close() {
        running.close();
    }
}
