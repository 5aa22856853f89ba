package io.parley.core.internal.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.log.Record;
import io.parley.core.wire.Lease.Redelivered;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What only some messages carry: a copy of the record's fixed part and options, and the history of the delivery. */
final class Options implements Context {
    private final Batch batch;
    private final ByteBuffer head;
    private final int attempt;
    private final Redelivered redelivered;

    Options(Batch batch, ByteBuffer frame, int at, InboundMessage.History history) {
        this.batch = batch;
        byte[] copy = new byte[Record.FIXED + Record.optionsLength(frame, at)];
        frame.get(at, copy);
        head = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        attempt = history.attempt();
        redelivered = history.redelivered();
    }

    @Override
    public Batch batch() {
        return batch;
    }

    @Override
    public Options options() {
        return this;
    }

    int attempt() {
        return attempt;
    }

    boolean redelivered() {
        return redelivered == Redelivered.MAYBE;
    }

    @Nullable String key() {
        int at = Record.key(head, 0);
        return at < 0 ? null : string(at);
    }

    String subject() {
        int at = Record.subject(head, 0);
        return at < 0 ? "" : string(at);
    }

    Map<String, String> headers() {
        int at = Record.headers(head, 0);
        if (at < 0) {
            return Map.of();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        int count = Record.stringLength(head, at);
        int next = at + 2;
        for (int i = 0; i < count; i++) {
            String name = string(next);
            next += 2 + Record.stringLength(head, next);
            headers.put(name, string(next));
            next += 2 + Record.stringLength(head, next);
        }
        return Collections.unmodifiableMap(headers);
    }

    private String string(int at) {
        return new String(head.array(), at + 2, Record.stringLength(head, at), UTF_8);
    }
}
