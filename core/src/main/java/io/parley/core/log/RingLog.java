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
    /** The largest record: a message of 16 MiB, with its options. */
    public static final int MAX_RECORD = 16 * 1024 * 1024 + Record.FIXED + Record.MAX_OPTIONS;

    /** What large blocks may take at least: the last one, which stays, and the next. */
    private static final long LARGE_ROOM = 2L * MAX_RECORD;

    /** From here on a log has room for {@link BlockPool#LARGE_BLOCK} and others. */
    private static final long LARGE_CAPACITY = 1024 * 1024;

    private static final int FIRST_BLOCK = 4 * 1024;

    private final BlockPool pool;
    private final long capacity;
    private final int largestUsual;
    private final Room usual;
    private final Room large;

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

    /** What blocks may take: large ones have room of their own, so that one neither needs a large log nor fills a small one. */
    private static final class Room {
        private final long limit;
        private final long spare;
        private final AtomicLong used = new AtomicLong();

        /** @param largest the largest block */
        Room(long limit, int largest) {
            this.limit = limit;
            spare = Math.max(limit / 4, largest);
        }

        boolean isWide() {
            return used.get() <= limit - spare;
        }
    }

    /**
     * A log of at most so many bytes. Records that are larger than a quarter of that, or than {@link BlockPool#LARGE_BLOCK},
     * may take as much again, and 32 MiB at least.
     */
    public RingLog(long capacity, BlockPool pool) {
        this.capacity = capacity;
        this.pool = pool;
        largestUsual = capacity < LARGE_CAPACITY ? (int) (capacity / 4) : BlockPool.LARGE_BLOCK;
        usual = new Room(capacity, largestUsual);
        large = new Room(Math.max(capacity, LARGE_ROOM), MAX_RECORD);
    }

    @Override
    public int maxRecord() {
        return MAX_RECORD;
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
        return Math.max(atLeast, largestUsual >= BlockPool.LARGE_BLOCK ? largestUsual : 0);
    }

    private @Nullable Block newBlock(int size) {
        Room room = roomFor(size);
        if (room.used.get() + size > room.limit) {
            return null;
        }
        ByteBuffer memory = pool.take(size);
        if (memory == null) {
            return null;
        }
        room.used.addAndGet(memory.capacity());
        return new Block(this, memory, nextLsn);
    }

    private Room roomFor(int size) {
        return size > largestUsual ? large : usual;
    }

    private void giveBackClaimed() {
        Block spare = claimed;
        if (spare != null) {
            claimed = null;
            giveBack(spare.memory());
        }
    }

    private void giveBack(ByteBuffer memory) {
        roomFor(memory.capacity()).used.addAndGet(-memory.capacity());
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
        return Math.max(crowded(usual), crowded(large));
    }

    private long crowded(Room room) {
        if (room.used.get() <= room.limit - room.limit / 8) {
            return 0;
        }
        refresh();
        long over = room.used.get() - (room.limit - room.limit / 4);
        long lsn = 0;
        for (int i = 0; i < blocks.size() - 1 && over > 0; i++) {
            Block block = blocks.get(i);
            int size = block.memory().capacity();
            if (roomFor(size) == room) {
                over -= size;
                lsn = block.firstLsn() + Segment.count(block.visible());
            }
        }
        return lsn;
    }

    @Override
    public long usedBytes() {
        return usual.used.get() + large.used.get();
    }

    @Override
    public long capacity() {
        return capacity;
    }

    @Override
    public boolean hasAmpleRoom() {
        return usual.isWide() && large.isWide();
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
