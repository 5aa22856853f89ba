package io.parley.core.internal.engine;

import io.parley.core.Outgoing;
import io.parley.core.Sender;
import io.parley.core.Transaction;
import io.parley.core.channel.Mode;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.internal.channel.Channel;
import io.parley.core.spi.ReaderJournal;
import io.parley.core.spi.ReaderJournal.Output;
import java.util.ArrayList;
import java.util.List;

/** Gathers what one run of a handler sends, until it returns. Any thread. */
final class RunningTransaction implements Transaction {
    private final Engine engine;
    private final List<Output> outputs = new ArrayList<>();
    private long bytes;
    private boolean over;

    RunningTransaction(Engine engine) {
        this.engine = engine;
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
        add(new Output(channel.settings().id(), channel.encode(message)));
    }

    private synchronized void add(Output output) {
        if (over) {
            throw new ParleyException(ErrorCode.CLOSED, "the handler of this transaction has returned: send in it");
        }
        bytes += output.record().remaining() + ReaderJournal.OUTPUT_HEAD;
        if (bytes > ReaderJournal.MOST_OUTPUT) {
            throw new ParleyException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    output.channel() + ": with this message the transaction takes " + bytes + " bytes, the limit is "
                            + ReaderJournal.MOST_OUTPUT);
        }
        outputs.add(output);
    }

    /** Takes no more; returns what was sent. */
    synchronized List<Output> end() {
        over = true;
        return outputs;
    }
}
