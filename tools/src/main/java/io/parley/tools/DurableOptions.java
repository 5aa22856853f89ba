package io.parley.tools;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.tools.node.NodeOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a sender keeps its messages on disk, and how long it stays for them. */
final class DurableOptions {
    @Option(
            names = "--durable",
            description = "Keep each message in a journal in --data DIR, across crashes, until it is processed or, on a"
                    + " topic, as long as there is room.")
    private boolean durable;

    @Option(
            names = "--until",
            paramLabel = "journaled|processed",
            description = "With --durable: end when all is in the journal, or when all is processed, on a topic by each"
                    + " durable reader that is known. Default: processed, but journaled where no such reader, or no"
                    + " worker, is known.")
    private @Nullable Until until;

    /** When a sender's work is done. */
    enum Until {
        journaled,
        processed
    }

    boolean durable() {
        return durable;
    }

    @Nullable Until until() {
        return until;
    }

    /** Checked before anything is opened. */
    void check(NodeOptions options) {
        if (durable && options.data() == null) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "--durable keeps messages on disk: name a directory with --data DIR");
        }
        if (!durable && until != null) {
            throw new ParleyException(ErrorCode.INVALID_ARGUMENT, "--until=" + until + " needs --durable");
        }
    }
}
