package io.parley.core.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One block of a {@link RingLog}.
 *
 * <p>Writers: the appender writes bytes, {@code visible} (release) and {@code next}; the reading thread writes the rest.
 */
final class Block extends Segment {
    private static final VarHandle VISIBLE;

    static {
        try {
            VISIBLE = MethodHandles.lookup().findVarHandle(Block.class, "visible", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final RingLog log;
    private final ByteBuffer memory;
    private final ByteBuffer append;
    private final ByteBuffer bytes;
    private final long firstLsn;
    private long visible;
    private volatile @Nullable Block next;

    private int settled;
    private boolean freed;
    private boolean released;

    Block(RingLog log, ByteBuffer memory, long firstLsn) {
        this.log = log;
        this.memory = memory;
        this.firstLsn = firstLsn;
        append = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        bytes = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the next record goes. Belongs to the appender. */
    int end() {
        return end(visible);
    }

    int room() {
        return memory.capacity() - end(visible);
    }

    ByteBuffer appendView() {
        int at = end(visible);
        return append.limit(Math.min(memory.capacity(), at + log.maxRecord())).position(at);
    }

    void extend(int length) {
        long v = visible;
        VISIBLE.setRelease(this, visible(count(v) + 1, end(v) + length));
    }

    void link(Block block) {
        next = block;
    }

    @Override
    public long firstLsn() {
        return firstLsn;
    }

    @Override
    public int start() {
        return 0;
    }

    @Override
    public long visible() {
        return (long) VISIBLE.getAcquire(this);
    }

    @Override
    public ByteBuffer buffer() {
        return bytes;
    }

    @Override
    public @Nullable Block next() {
        return next;
    }

    ByteBuffer memory() {
        return memory;
    }

    void settled(int records) {
        settled += records;
    }

    boolean allSettled() {
        return settled >= count(visible());
    }

    boolean freed() {
        return freed;
    }

    /**
     * Takes the block out of the chain: whoever came before leads past it, and it leads nowhere, so that who still stands
     * here keeps no later block alive. Not for the last one, which the appender may be linking.
     */
    void unlink(@Nullable Block before) {
        if (before != null) {
            before.next = next;
        }
        next = null;
    }

    @Override
    public boolean gone() {
        return freed;
    }

    void free() {
        freed = true;
        if (!pinned()) {
            release();
        }
    }

    @Override
    protected void unpinned() {
        if (freed) {
            release();
        }
    }

    private void release() {
        if (!released) {
            released = true;
            log.released(this);
        }
    }
}
