package io.parley.core.spi;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One directory of files, for a journal. What was written is there after the process was killed; only what was forced is
 * there after the power was cut. A name is one token, or {@code directory/token}; only the first kind is listed.
 *
 * <p>Threads: one at a time, the thread that commits; it must not be interrupted. Only the bytes of {@link File#view} may be
 * read by others. All methods may wait for the disk, for as long as that takes. They throw {@code ParleyException}: DISK_FULL
 * when there is no room, DISK_FAILED for all else.
 *
 * <p>Whoever implements this passes {@code StorageContract} of the testkit.
 */
public interface Storage extends AutoCloseable {
    /** The names of all files, sorted. */
    List<String> list();

    /** Opens a file that is there. */
    File open(String name);

    /**
     * Makes a file of zeros, or makes one that is there so again, all of whose room is taken from the disk now: a write into
     * it does not meet a full disk later. It is there for ever once itself and the directory were forced.
     *
     * @param bytes its size, which never changes
     */
    File create(String name, int bytes);

    /**
     * Gives a file another name, taking the place of one that has that name. A directory in the new name is made when it is
     * missing. Open files stay open.
     */
    void rename(String from, String to);

    /** Removes a file, if it is there. Open files can still be read. */
    void delete(String name);

    /** What was created, renamed and deleted before is so for ever when this returns. */
    void forceDirectory();

    /**
     * Files were deleted, and the disk is full all the same: has the system give their room back, where that had not happened
     * yet. The room may be there a moment later. Does nothing by default.
     */
    default void reclaim() {}

    /** How many bytes are left on the disk. */
    long freeBytes();

    /**
     * Keeps other processes, and other users of this directory in this one, away until {@link #close}.
     *
     * @param holder how a refusal names this one
     * @throws io.parley.core.error.ParleyException DATA_IN_USE, naming the holder, when another has it
     */
    void lock(String holder);

    /** Closes all files and gives the lock back. What was not forced is not forced by this. */
    @Override
    void close();

    /** An open file. */
    interface File {
        /** Its size in bytes. */
        int size();

        /**
         * Writes the remaining bytes of the buffer at this place, all of them or, when it throws, any part.
         *
         * @throws IndexOutOfBoundsException when they do not fit into the file
         */
        void write(ByteBuffer bytes, int at);

        /**
         * Reads the bytes at this place until the buffer is full, and leaves all others where they are.
         *
         * @throws IndexOutOfBoundsException when the file ends before
         */
        void read(ByteBuffer into, int at);

        /** What was written before is there for ever when this returns. Once it has thrown, nothing is known of the file. */
        void force();

        /**
         * The file's bytes, read-only and little endian, as they are and will be: what is written later is seen in it by
         * whoever was told so by a volatile write after it. Stays readable when the file was closed, renamed or deleted, and
         * can be asked for then, by any thread.
         */
        ByteBuffer view();

        /** Gives back what it holds of the system; the view stays. Whoever uses it again opens it by that. */
        void close();
    }
}
