package io.parley.tools;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is sent, how often, how fast. */
final class SendOptions {
    @Mixin
    private PayloadOptions payload;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "How many to send in a second. Default: as fast as it goes.")
    private @Nullable Double rate;

    @Option(
            names = "--wait",
            paramLabel = "N",
            description = "Wait until so many receivers are attached, within --timeout.")
    private int wait;

    @Option(names = "--ttl", paramLabel = "TIME", description = "Drop what nobody began with in this time.")
    private @Nullable Duration ttl;

    @Nullable Duration ttl() {
        return ttl;
    }

    int receivers() {
        return wait;
    }

    /** Checked before anything is opened. */
    void check(List<String> messages) {
        payload.check(messages);
        if (rate != null && !(rate > 0)) {
            throw wrong("--rate=" + rate + ", expected > 0");
        }
        if (wait < 0) {
            throw wrong("--wait=" + wait + ", expected >= 0");
        }
    }

    private static ParleyException wrong(String text) {
        return new ParleyException(ErrorCode.INVALID_ARGUMENT, text);
    }

    Payloads payloads(List<String> messages) {
        return payload.payloads(messages);
    }

    Pace pace() {
        return rate == null ? Pace.free() : Pace.of(rate);
    }
}
