package io.parley.tools.bench;

import io.parley.core.NodeEvent;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last things that nodes told. Any thread. */
final class Evidence {
    private static final int MOST = 100;

    private final Deque<String> told = new ArrayDeque<>();
    private final long began = System.nanoTime();

    synchronized void add(NodeEvent event) {
        if (told.size() == MOST) {
            told.removeFirst();
        }
        told.addLast((System.nanoTime() - began) / 1_000_000 + " ms " + event);
    }

    /** To standard error, where results do not go. */
    synchronized void print() {
        told.forEach(System.err::println);
    }
}
