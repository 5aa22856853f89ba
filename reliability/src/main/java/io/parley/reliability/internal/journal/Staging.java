package io.parley.reliability.internal.journal;

import io.parley.core.log.Record;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Records that were appended and not yet written, in lots: a lot is a group to be. Each has its place in a file from the
 * moment its first record is accepted, so that what is accepted finds room. Appenders write records straight into a block,
 * behind those of the last lot. A record that is too large for a file has one of its own, which is as large as it must be.
 * Guarded by its log.
 *
 * <pre>
 *   file 7 [ written ... | lot | lot ]   file 8 [ lot | open lot ▒▒▒ ]
 *                        ↑ the commit thread takes from here   ↑ appenders
 * </pre>
 */
final class Staging {
    private static final int FIRST_BLOCK = 4 * 1024;
    private static final int BLOCK = 64 * 1024;
    private static final int SPARES = 4;

    /** Memory for records that were appended. */
    private static final class Block {
        final ByteBuffer bytes;
        /** The same memory, for the one that appends. */
        final ByteBuffer room;

        /** One for a large record is not kept: on the heap its memory comes back soon. */
        Block(int size) {
            bytes = (size > BLOCK ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size))
                    .order(ByteOrder.LITTLE_ENDIAN);
            room = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }

        int size() {
            return bytes.capacity();
        }
    }

    /** A group to be: records back to back in a block. */
    static final class Lot {
        private final Block block;
        final int from;
        final long firstLsn;
        final long fileNumber;
        final int fileSize;
        int end;
        int count;
        long outputs;

        Lot(Block block, int from, long firstLsn, Place place) {
            this.block = block;
            this.from = from;
            end = from;
            this.firstLsn = firstLsn;
            fileNumber = place.number;
            fileSize = place.size;
        }

        /** What holds its records, from {@code from} to {@code end}; absolute reads only. */
        ByteBuffer records() {
            return block.bytes;
        }

        int bytes() {
            return end - from;
        }

        int sizeWith(int length) {
            return Group.size(bytes() + length, count + 1);
        }

        int size() {
            return Group.size(bytes(), count);
        }
    }

    /**
     * Where the next lot goes.
     *
     * @param number of the file
     * @param size of the file; 0 when there is none
     * @param at what is taken of it
     */
    record Place(long number, int size, int at) {
        /** Behind what an earlier run wrote; in a new file where its last one is not the last that was made. */
        static Place behind(@Nullable JournalFile last, long lastNumber) {
            int size = last == null ? 0 : last.file.size();
            boolean goesOn = last != null && last.number == lastNumber;
            return new Place(lastNumber, size, last != null && goesOn ? last.end : size);
        }

        boolean takes(int group) {
            return size > 0 && at + group <= FileSizes.room(size);
        }

        Place behind(int group) {
            return new Place(number, size, at + group);
        }
    }

    private final FileSizes sizes;
    private final ArrayDeque<Lot> lots = new ArrayDeque<>();
    private final ArrayDeque<Block> spares = new ArrayDeque<>();
    private @Nullable Lot open;
    private Block block = new Block(FIRST_BLOCK);
    private int claimedAt;
    private Place place;
    private long toMake;

    /**
     * Nothing is staged.
     *
     * @param sizes of the files to come
     * @param place in the last file
     */
    Staging(FileSizes sizes, Place place) {
        this.sizes = sizes;
        this.place = place;
    }

    /** The room of the files that are not made yet, and in which what was accepted will stand. */
    long toMake() {
        return toMake;
    }

    /** The same, if one more record of so many bytes was accepted. */
    long toMakeWith(int length) {
        Lot last = open;
        Place next = last == null ? place : place.behind(last.size());
        int group = Group.size(length, 1);
        return next.takes(group) ? toMake : toMake + sizes.next(place.size, group);
    }

    /** A file that was to be made is there. */
    void made(int size) {
        toMake -= size;
    }

    /** The size of the file behind the last one that was planned. */
    int nextFileSize() {
        return sizes.next(place.size, 0);
    }

    /** Room for one record, behind the last. */
    ByteBuffer room(int atLeast) {
        int at = lots.isEmpty() ? 0 : end();
        boolean leftover = lots.isEmpty() && block.size() > BLOCK && atLeast <= BLOCK;
        if (leftover || at + atLeast > block.size()) {
            nextBlock(atLeast);
            at = 0;
        }
        claimedAt = at;
        return block.room.limit(at + atLeast).position(at);
    }

    private int end() {
        Lot last = lots.getLast();
        return last.block == block ? last.end : 0;
    }

    private void nextBlock(int atLeast) {
        seal();
        Block kept = atLeast > BLOCK || block.size() < BLOCK ? null : spares.pollFirst();
        block = kept == null ? new Block(Math.max(atLeast, Math.min(BLOCK, 2 * block.size()))) : kept;
    }

    /** Accepts the record that was written into the room. */
    void add(int length, long lsn) {
        Lot lot = open;
        if (lot == null || !place.takes(lot.sizeWith(length))) {
            seal();
            int group = Group.size(length, 1);
            if (!place.takes(group)) {
                place = new Place(place.number + 1, sizes.next(place.size, group), 0);
                toMake += place.size;
            }
            lot = new Lot(block, claimedAt, lsn, place);
            open = lot;
            lots.add(lot);
        }
        lot.end = claimedAt + length;
        lot.count++;
    }

    /** The record that was accepted last is the output of a transaction, and this its number. */
    void output(long number) {
        lots.getLast().outputs = number;
    }

    /** Whether the record that was accepted last expires. */
    boolean expires() {
        return (Record.flags(block.bytes, claimedAt) & Record.EXPIRY) != 0;
    }

    /** The next record begins a lot of its own. */
    void seal() {
        Lot last = open;
        if (last != null) {
            place = place.behind(last.size());
            open = null;
        }
    }

    /** The oldest lot, which grows no more now; null when there is none. */
    @Nullable Lot first() {
        Lot first = lots.peekFirst();
        if (first != null && first == open) {
            seal();
        }
        return first;
    }

    /** The oldest lot is in its file. */
    void written() {
        Lot lot = lots.removeFirst();
        Lot next = lots.peekFirst();
        boolean done = lot.block != block && (next == null || next.block != lot.block);
        if (done && lot.block.size() == BLOCK && spares.size() < SPARES) {
            spares.addFirst(lot.block);
        }
    }
}
