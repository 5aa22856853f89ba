package io.parley.core.internal.engine;

import io.parley.core.Handler;
import io.parley.core.Message;
import io.parley.core.NodeEvent;
import io.parley.core.TransactedHandler;
import io.parley.core.channel.Happening;
import io.parley.core.spi.ReaderJournal;
import io.parley.core.spi.ReaderJournal.Output;
import io.parley.core.spi.Runtime;
import io.parley.core.spi.Runtime.Signal;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The transactions of one subscription: one for each run of its handler, one after another. */
final class Transactions<T> implements Handler<T> {
    private static final long LONG = TimeUnit.SECONDS.toNanos(10);

    private final Engine engine;
    private final ReaderJournal journal;
    private final TransactedHandler<T> handler;
    private final Signal moved;
    private List<Output> outputs = List.of();

    Transactions(Engine engine, ReaderJournal journal, TransactedHandler<T> handler, Signal moved) {
        this.engine = engine;
        this.journal = journal;
        this.handler = handler;
        this.moved = moved;
    }

    @Override
    public void handle(Message<T> message) throws Exception {
        outputs = List.of();
        awaitRoom(message);
        RunningTransaction transaction = new RunningTransaction(engine);
        try {
            handler.handle(message, transaction);
        } catch (Exception | Error e) {
            transaction.end();
            throw e;
        }
        outputs = transaction.end();
    }

    /** Waits for as long as it takes: to throw would cost the message an attempt, though nothing is wrong with it. */
    private void awaitRoom(Message<T> message) throws InterruptedException {
        Runtime runtime = engine.rim().runtime();
        if (!runtime.await(moved, journal::hasRoom, LONG)) {
            String text = message + " waits: what transactions sent finds no room in its channels' logs, or"
                    + " these are not open";
            String channel = message.id().channel().name();
            engine.happened(new NodeEvent(Happening.LIMIT_REACHED, 1, "", channel, text));
            runtime.await(moved, journal::hasRoom, Long.MAX_VALUE);
        }
    }

    /** What the run that has just returned sends. */
    List<Output> take() {
        List<Output> taken = outputs;
        outputs = List.of();
        return taken;
    }
}
