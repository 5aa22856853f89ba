package io.parley.core.log;

import io.parley.core.channel.Flush;
import io.parley.core.error.ParleyException;
import org.jspecify.annotations.Nullable;

/** What a {@link Log} that outlives its process knows of that. Any thread; nothing here waits. */
public interface Journaled {
    /**
     * One more than the last lsn below which all is in the journal, as its flush policy says: forced, or at least written.
     * Also where messages of an earlier run end.
     */
    long end();

    /** When what was written is forced: {@code send} waits for the journal where readers wait for that too. */
    Flush flush();

    /** Whether what was accepted cannot be written before there is room on disk. */
    boolean lacksRoom();

    /** Why the log takes no more, and {@link #end} stands still for ever; null while it does not. */
    @Nullable ParleyException failure();
}
