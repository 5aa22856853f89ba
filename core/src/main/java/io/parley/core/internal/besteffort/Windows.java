package io.parley.core.internal.besteffort;

import io.parley.core.channel.ReaderSettings.Window;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The windows of many subscriptions, and the largest of them; how many have which is counted, so that none is looked for. */
final class Windows {
    private final NavigableMap<Long, Integer> messages = new TreeMap<>();
    private final NavigableMap<Long, Integer> bytes = new TreeMap<>();
    private long mostMessages = 1;
    private long mostBytes = 1;

    void add(Window window) {
        messages.merge((long) window.messages(), 1, Integer::sum);
        bytes.merge(window.bytes(), 1, Integer::sum);
        measure();
    }

    void remove(Window window) {
        oneLess(messages, window.messages());
        oneLess(bytes, window.bytes());
        measure();
    }

    private static void oneLess(NavigableMap<Long, Integer> counts, long size) {
        int count = counts.getOrDefault(size, 0);
        if (count > 1) {
            counts.put(size, count - 1);
        } else {
            counts.remove(size);
        }
    }

    private void measure() {
        mostMessages = messages.isEmpty() ? 1 : Math.max(1, messages.lastKey());
        mostBytes = bytes.isEmpty() ? 1 : Math.max(1, bytes.lastKey());
    }

    /** Messages of the largest window, at least 1. */
    long messages() {
        return mostMessages;
    }

    /** Bytes of the largest window, at least 1. */
    long bytes() {
        return mostBytes;
    }
}
