package io.parley.tools;

import io.parley.core.DeadLetters;
import io.parley.core.Message;
import io.parley.core.MissedMessages;
import io.parley.tools.text.Json;
import io.parley.tools.text.LineSink;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/** What receivers print. */
final class Output {
    private static final LineSink STDOUT = new LineSink(new FileOutputStream(FileDescriptor.out));

    private final boolean json;

    Output(boolean json) {
        this.json = json;
    }

    static LineSink stdout() {
        return STDOUT;
    }

    /** Prints a message; it is out when this returns. */
    void message(Message<byte[]> message) {
        if (!json) {
            STDOUT.line(message.value());
            return;
        }
        Json line = Json.object()
                .payload(message.value())
                .put("subject", message.subject())
                .put("id", message.id().toString())
                .put("from", message.from().name())
                .put("attempt", message.attempt())
                .put("redelivered", message.redelivered());
        message.key().ifPresent(key -> line.put("key", key));
        String origin = message.headers().get(DeadLetters.ORIGIN_ID);
        if (origin != null) {
            line.put(DeadLetters.ORIGIN_ID, origin);
        }
        STDOUT.line(line.toString());
    }

    /** Prints that messages will not come: it is a result only where there is room to say so. */
    void missed(MissedMessages missed) {
        if (json) {
            STDOUT.line(Json.object()
                    .put("gap", missed.count())
                    .put("reason", missed.reason().name())
                    .put("exact", missed.exact())
                    .put("from", missed.from().name())
                    .toString());
        } else {
            System.err.println(
                    "GAP: " + count(missed) + " of " + missed.from().name() + " will not come: " + missed.reason());
        }
    }

    private static String count(MissedMessages missed) {
        if (missed.count() < 0) {
            return "an unknown number of messages";
        }
        return (missed.exact() ? "" : "at most ") + missed.count() + " messages";
    }
}
