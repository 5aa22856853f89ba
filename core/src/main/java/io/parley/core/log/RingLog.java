package io.parley.core.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory, bounded in bytes: a chain of blocks off the heap, taken from a pool at one end and given back at the
 * other. The first block of a channel is small, later ones double up to {@link BlockPool#BLOCK}, so that ten thousand idle
 * channels cost little. A block goes back when all of its records were let go, also from the middle of the chain: one
 * message that takes hours holds one block, not the log.
 *
 * <pre>
 *   blocks   [ 1 .. 40 ]→[ 41 .. 700 ]→[ 701 .. ▒▒▒▒ ]
 *              ↑ firstLsn                    ↑ endLsn = nextLsn
 * </pre>
 */
public final class RingLog implements Log {
    /** The largest record. */
    public static final int MAX_RECORD = 256 * 1024;

    private static final int FIRST_BLOCK = 4 * 1024;

    private final BlockPool pool;
    private final long capacity;
    private final AtomicLong used = new AtomicLong();

    // written by the appender
    private volatile @Nullable Block first;
    private @Nullable Block tail;
    private @Nullable Block claimed;
    private long nextLsn = 1;
    private int blockSize = FIRST_BLOCK;
    private boolean expiring;
    private boolean hole;
    private volatile long skippedTo;

    // written by the reading thread
    private final List<Block> blocks = new ArrayList<>();
    private @Nullable Block settledLast;
    private long firstLsn = 1;

    /** A log of at most so many bytes. */
    public RingLog(long capacity, BlockPool pool) {
        this.capacity = capacity;
        this.pool = pool;
    }

    @Override
    public int maxRecord() {
        return (int) Math.min(MAX_RECORD, capacity / 4);
    }

    @Override
    public @Nullable ByteBuffer claim(int atLeast) {
        Block last = tail;
        if (last != null && !hole && last.room() >= atLeast) {
            giveBackClaimed();
            return last.appendView();
        }
        Block spare = claimed;
        if (spare != null && spare.room() >= atLeast) {
            return spare.appendView();
        }
        giveBackClaimed();
        Block block = newBlock(blockFor(atLeast));
        claimed = block;
        return block == null ? null : block.appendView();
    }

    /** In a small log a block is no larger than it must be: the last one stays, and must leave room for the next. */
    private int blockFor(int atLeast) {
        if (atLeast <= BlockPool.BLOCK / 2) {
            return Math.max(atLeast, (int) Math.min(blockSize, capacity / 4));
        }
        return maxRecord() == MAX_RECORD ? BlockPool.LARGE_BLOCK : atLeast;
    }

    private @Nullable Block newBlock(int size) {
        if (used.get() + size > capacity) {
            return null;
        }
        ByteBuffer memory = pool.take(size);
        if (memory == null) {
            return null;
        }
        used.addAndGet(memory.capacity());
        return new Block(this, memory, nextLsn);
    }

    private void giveBackClaimed() {
        Block spare = claimed;
        if (spare != null) {
            claimed = null;
            giveBack(spare.memory());
        }
    }

    private void giveBack(ByteBuffer memory) {
        used.addAndGet(-memory.capacity());
        pool.give(memory);
    }

    @Override
    public long nextLsn() {
        return nextLsn;
    }

    @Override
    public void commit(int length) {
        Block block = claimed;
        if (block == null) {
            block = tail;
            if (block == null) {
                throw new IllegalStateException("commit without claim");
            }
            append(block, length);
            return;
        }
        claimed = null;
        hole = false;
        append(block, length);
        blockSize = Math.min(2 * blockSize, BlockPool.BLOCK);
        Block last = tail;
        tail = block;
        if (last == null) {
            first = block;
        } else {
            last.link(block);
        }
    }

    private void append(Block block, int length) {
        if ((Record.flags(block.buffer(), block.end()) & Record.EXPIRY) != 0) {
            expiring = true; // seen by the reading thread with the record, which is published next
        }
        nextLsn++;
        block.extend(length);
    }

    @Override
    public void skip(long count) {
        giveBackClaimed();
        nextLsn += count;
        hole = true;
        skippedTo = nextLsn;
    }

    @Override
    public long skippedTo() {
        return skippedTo;
    }

    @Override
    public boolean expiring() {
        return expiring;
    }

    @Override
    public long firstLsn() {
        return firstLsn;
    }

    @Override
    public long endLsn() {
        return Math.max(recordsEnd(), skippedTo);
    }

    private long recordsEnd() {
        Block last = refresh();
        return last == null ? firstLsn : last.firstLsn() + Segment.count(last.visible());
    }

    /** Takes blocks that the appender added into the reading thread's list. */
    private @Nullable Block refresh() {
        Block last = blocks.isEmpty() ? null : blocks.get(blocks.size() - 1);
        if (last == null) {
            Block start = first;
            if (start == null || start.freed()) {
                return null;
            }
            blocks.add(start);
            last = start;
        }
        for (Block next = last.next(); next != null; next = next.next()) {
            blocks.add(next);
            last = next;
        }
        return last;
    }

    @Override
    public @Nullable Segment segment(long lsn) {
        if (lsn < firstLsn || lsn >= recordsEnd()) {
            return null;
        }
        int low = 0;
        int high = blocks.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            Block block = blocks.get(middle);
            if (lsn < block.firstLsn() + Segment.count(block.visible())) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return blocks.get(low);
    }

    @Override
    public void trim(long lsn) {
        refresh();
        // the last block known here stays: it may have got a successor since refresh, which only it leads to
        while (blocks.size() > 1) {
            Block head = blocks.get(0);
            if (head.firstLsn() + Segment.count(head.visible()) > lsn) {
                return;
            }
            free(0, head);
        }
    }

    @Override
    public void settle(Segment segment, int records) {
        Block block = (Block) segment;
        block.settled(records);
        freeWhenSettled(block);
        Block late = settledLast;
        if (late != null && late.next() != null) {
            settledLast = null;
            freeWhenSettled(late);
        }
        if (block.next() == null && block.allSettled()) {
            settledLast = block; // the last one stays: it can go when it has a successor
        }
    }

    private void freeWhenSettled(Block block) {
        if (block.next() == null || block.freed() || !block.allSettled()) {
            return;
        }
        refresh();
        int index = blocks.indexOf(block);
        if (index >= 0) {
            free(index, block);
        }
    }

    private void free(int index, Block block) {
        blocks.remove(index);
        block.unlink(index == 0 ? null : blocks.get(index - 1));
        if (index == 0) {
            firstLsn = blocks.isEmpty()
                    ? block.firstLsn() + Segment.count(block.visible())
                    : blocks.get(0).firstLsn();
        }
        block.free();
    }

    @Override
    public long crowded() {
        long mark = capacity - capacity / 8;
        if (used.get() <= mark) {
            return 0;
        }
        refresh();
        long over = used.get() - (capacity - capacity / 4);
        long lsn = 0;
        for (int i = 0; i < blocks.size() - 1 && over > 0; i++) {
            Block block = blocks.get(i);
            over -= block.memory().capacity();
            lsn = block.firstLsn() + Segment.count(block.visible());
        }
        return lsn;
    }

    @Override
    public long usedBytes() {
        return used.get();
    }

    @Override
    public long capacity() {
        return capacity;
    }

    @Override
    public void close() {
        giveBackClaimed(); // the caller sees to it that nobody appends any more
        refresh();
        while (!blocks.isEmpty()) {
            free(0, blocks.get(0));
        }
    }

    /** A block's memory is free: nothing in flight reads it any more. */
    void released(Block block) {
        giveBack(block.memory());
    }
}
