package io.parley.core.internal.engine;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Filter;
import io.parley.core.internal.inbox.InboxConsumer;
import io.parley.core.internal.inbox.ReaderCounters;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Subscriptions that are made of several. */
final class Wildcards {
    private Wildcards() {}

    /** What a whole subject filter wants of this topic; null when it does not fit. */
    static @Nullable Filter rest(Filter whole, ChannelId channel) {
        List<String> tokens = whole.tokens();
        if (tokens.isEmpty()) {
            return null;
        }
        String first = tokens.get(0);
        if (first.equals("#")) {
            return Filter.ALL;
        }
        boolean fits = first.equals("*") || first.equals(channel.name());
        return fits ? new Filter(String.join(".", tokens.subList(1, tokens.size()))) : null;
    }

    /** Several consumers as one. */
    static final class Group implements InboxConsumer {
        private final List<InboxConsumer> parts = new CopyOnWriteArrayList<>();

        void add(InboxConsumer part) {
            parts.add(part);
        }

        @Override
        public void wake() {
            // each part is woken by its own inbox
        }

        @Override
        public void close() {
            parts.forEach(InboxConsumer::close);
        }

        @Override
        public boolean runsHere() {
            return parts.stream().anyMatch(InboxConsumer::runsHere);
        }

        @Override
        public void interrupt() {
            parts.forEach(InboxConsumer::interrupt);
        }

        @Override
        public boolean closed() {
            return parts.stream().allMatch(InboxConsumer::closed);
        }

        @Override
        public ReaderCounters counters() {
            return ReaderCounters.sumOf(
                    parts.stream().map(InboxConsumer::counters).toList());
        }

        @Override
        public long waiting() {
            return parts.stream().mapToLong(InboxConsumer::waiting).sum();
        }
    }
}
