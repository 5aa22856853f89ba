package io.parley.tools;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is sent, and how often. */
final class PayloadOptions {
    @Option(
            names = "--count",
            paramLabel = "N",
            description = "How many to send: the messages given, over and over, or the first lines.")
    private @Nullable Long count;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description =
                    "Send made-up messages of this size, for example 64 or 16MiB: a number from 1, filled up with dots.")
    private @Nullable Integer size;

    /** Checked before anything is opened. */
    void check(List<String> messages) {
        if (count != null && count < 0) {
            throw wrong("--count=" + count + ", expected >= 0");
        }
        if (size != null && !messages.isEmpty()) {
            throw wrong("--size makes up messages; leave it out, or leave out MESSAGE");
        }
    }

    private static ParleyException wrong(String text) {
        return new ParleyException(ErrorCode.INVALID_ARGUMENT, text);
    }

    Payloads payloads(List<String> messages) {
        Integer bytes = size;
        if (bytes != null) {
            return Payloads.madeUp(bytes, count == null ? 1 : count);
        }
        return Payloads.given(messages, count);
    }
}
