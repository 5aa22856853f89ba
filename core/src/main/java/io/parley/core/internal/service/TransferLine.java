package io.parley.core.internal.service;

import io.parley.core.wire.Grant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests and replies that go over one link in chunks, one after the other: so the other side holds no more than one that
 * is not whole, and their numbers only rise.
 */
public final class TransferLine {
    private final ArrayDeque<Transfer> line = new ArrayDeque<>();
    private long bytes;

    /** An empty line. */
    public TransferLine() {}

    /** Adds one at the end. */
    public void add(Transfer transfer) {
        line.add(transfer);
        bytes += transfer.bytes();
    }

    /** The one whose next chunk may go; null for none. */
    public @Nullable Transfer next() {
        Transfer first = line.peek();
        return first != null && first.ready() ? first : null;
    }

    /** A chunk of the first has left. */
    public void taken() {
        Transfer first = line.element();
        first.taken();
        if (first.sent()) {
            remove(first);
        }
    }

    /** The other side has room; without effect when that is not the first any more. */
    public void granted(Grant grant) {
        Transfer first = line.peek();
        if (first != null && first.which().equals(grant)) {
            first.granted();
        }
    }

    /** It goes no further. Without effect when it is not in line. */
    public void remove(Transfer transfer) {
        if (line.remove(transfer)) {
            bytes -= transfer.bytes();
        }
    }

    /** Nobody waits for it any more. Without effect when it is not in line. */
    public void remove(Grant which) {
        line.stream().filter(t -> t.which().equals(which)).findFirst().ifPresent(this::remove);
    }

    /** All that have not left, to go on another link from their beginning. */
    public List<Transfer> takeAll() {
        List<Transfer> all = new ArrayList<>(line);
        clear();
        all.forEach(Transfer::again);
        return all;
    }

    /** Lets go of all. */
    public void clear() {
        line.clear();
        bytes = 0;
    }

    /** How many bytes wait. */
    public long bytes() {
        return bytes;
    }

    /** Whether none waits. */
    public boolean isEmpty() {
        return line.isEmpty();
    }
}
