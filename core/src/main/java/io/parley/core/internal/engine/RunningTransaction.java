package io.parley.core.internal.engine;

import io.parley.core.Handler;
import io.parley.core.Message;
import io.parley.core.NodeEvent;
import io.parley.core.Outgoing;
import io.parley.core.Sender;
import io.parley.core.TransactedHandler;
import io.parley.core.Transaction;
import io.parley.core.channel.Happening;
import io.parley.core.channel.Mode;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.internal.channel.Channel;
import io.parley.core.spi.ReaderJournal;
import io.parley.core.spi.ReaderJournal.Output;
import io.parley.core.spi.Runtime;
import io.parley.core.spi.Runtime.Signal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The transactions of one subscription, one after another: gathers what a run of the handler sends, for whoever settles the
 * message.
 *
 * <pre>
 *   CLOSED ──handler begins──▶ OPEN ──returns──▶ CLOSED, with outputs ──settled──▶ CLOSED
 *                                └──throws──▶ CLOSED, without
 * </pre>
 */
final class RunningTransaction<T> implements Handler<T>, Transaction {
    private static final long LONG = TimeUnit.SECONDS.toNanos(10);

    private final Engine engine;
    private final ReaderJournal journal;
    private final TransactedHandler<T> handler;
    private final Signal moved;

    // guarded by this
    private List<Output> outputs = List.of();
    private long bytes;
    private boolean open;

    RunningTransaction(Engine engine, ReaderJournal journal, TransactedHandler<T> handler, Signal moved) {
        this.engine = engine;
        this.journal = journal;
        this.handler = handler;
        this.moved = moved;
    }

    @Override
    public void handle(Message<T> message) throws Exception {
        awaitRoom(message);
        begin();
        boolean returned = false;
        try {
            handler.handle(message, this);
            returned = true;
        } finally {
            end(returned);
        }
    }

    /** Waits for as long as it takes: to throw would cost the message an attempt, though nothing is wrong with it. */
    private void awaitRoom(Message<T> message) throws InterruptedException {
        Runtime runtime = engine.rim().runtime();
        if (!runtime.await(moved, journal::hasRoom, LONG)) {
            String text = message + " waits: what transactions sent finds no room in its channels' logs";
            String channel = message.id().channel().name();
            engine.happened(new NodeEvent(Happening.LIMIT_REACHED, 1, "", channel, text));
            runtime.await(moved, journal::hasRoom, Long.MAX_VALUE);
        }
    }

    private synchronized void begin() {
        outputs = new ArrayList<>();
        bytes = 0;
        open = true;
    }

    private synchronized void end(boolean returned) {
        open = false;
        if (!returned) {
            outputs = List.of();
        }
    }

    /** What the run that has just returned sends. */
    synchronized List<Output> take() {
        List<Output> taken = outputs;
        outputs = List.of();
        return taken;
    }

    @Override
    public <V> void send(Sender<V> to, Outgoing<V> message) {
        if (!(to instanceof SenderHandle<V> handle)
                || handle.engine() != engine
                || handle.channel().settings().mode() != Mode.DURABLE) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "a transaction sends by handles of its own node for DURABLE channels, not by " + to);
        }
        Channel<V> channel = handle.channel();
        ByteBuffer record = channel.encode(message);
        add(new Output(channel.settings().id(), record));
    }

    private synchronized void add(Output output) {
        if (!open) {
            throw new ParleyException(ErrorCode.CLOSED, "the handler of this transaction has returned: send in it");
        }
        bytes += output.record().remaining();
        if (bytes > ReaderJournal.MOST_OUTPUT) {
            throw new ParleyException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    output.channel() + ": with this message the transaction sends " + bytes + " bytes, the limit is "
                            + ReaderJournal.MOST_OUTPUT);
        }
        outputs.add(output);
    }
}
