package io.parley.reliability.internal.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Records that were appended and not yet written, in groups to be. Each group has its place in a file from the moment its
 * first record is accepted, so that what is accepted finds room. Guarded by its log.
 *
 * <pre>
 *   file 7 [ written ... | group | group ]   file 8 [ group | open group ▒▒▒ ]
 *                        ↑ the commit thread takes from here   ↑ appenders
 * </pre>
 */
final class Staging {
    private static final int BLOCK = 64 * 1024;

    /** A group to be. */
    static final class Block {
        final ByteBuffer bytes;
        final long firstLsn;
        final long fileNumber;
        int count;
        int end = Group.HEADER;

        Block(int capacity, long firstLsn, long fileNumber) {
            bytes = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
            this.firstLsn = firstLsn;
            this.fileNumber = fileNumber;
        }

        int size() {
            return Group.size(end - Group.HEADER, count);
        }

        boolean takes(int length, int fileRoom) {
            int with = Group.size(end - Group.HEADER + length, count + 1);
            return with <= Math.min(bytes.capacity(), fileRoom);
        }
    }

    private final int fileSize;
    private final ArrayDeque<Block> blocks = new ArrayDeque<>();
    private @Nullable Block open;
    private long number;
    private int planned;

    /**
     * Nothing is staged.
     *
     * @param fileSize what groups may take of a file
     * @param number of the last file
     * @param end of what is written in it; the file's size when there is no file
     */
    Staging(int fileSize, long number, int end) {
        this.fileSize = fileSize;
        this.number = number;
        planned = end;
    }

    /** The number of the file in which what was accepted last will stand. */
    long number() {
        return number;
    }

    /** The number of the file that would take a record of so many bytes, at the latest. */
    long numberFor(int length) {
        Block last = open;
        int at = last == null ? planned : planned + last.size();
        return at + Group.size(length, 1) > fileSize ? number + 1 : number;
    }

    /** Accepts a record. */
    void add(ByteBuffer record, long lsn) {
        int length = record.remaining();
        Block block = open;
        if (block == null || !block.takes(length, fileSize - planned)) {
            seal();
            int size = Group.size(length, 1);
            if (planned + size > fileSize) {
                number++;
                planned = 0;
            }
            block = new Block(Math.max(Math.min(BLOCK, fileSize), size), lsn, number);
            open = block;
            blocks.add(block);
        }
        block.bytes.put(block.end, record, record.position(), length);
        block.end += length;
        block.count++;
    }

    /** The next record begins a group of its own. */
    void seal() {
        Block last = open;
        if (last != null) {
            planned += last.size();
            open = null;
        }
    }

    /** The oldest group, which grows no more now; null when there is none. */
    @Nullable Block first() {
        Block first = blocks.peekFirst();
        if (first != null && first == open) {
            seal();
        }
        return first;
    }

    /** The oldest group is in its file. */
    void written() {
        blocks.removeFirst();
    }

    boolean isEmpty() {
        return blocks.isEmpty();
    }
}
