package io.parley.transport.internal.guard;

import zmq.Msg;
import zmq.msg.MsgAllocator;

/**
 * Makes room for messages that arrive, on the heap. A length with its highest bit set passes JeroMQ's own check, which
 * compares with a sign: without this, nine bytes from anybody either claim 2 GiB, which ends the I/O thread, or make it run
 * in circles for ever. An exception thrown here would do the latter as well, so what is too large becomes an empty
 * message, which no Parley node sends and for which the link is dropped.
 */
public class BoundedAllocator implements MsgAllocator {
    private final long most;

    /** At most so many bytes; -1 for any number. */
    public BoundedAllocator(long most) {
        this.most = most < 0 ? Long.MAX_VALUE : most;
    }

    @Override
    public final Msg allocate(int size) {
        return size < 0 || size > most ? tooLarge() : room(size);
    }

    /** What stands for a message that is too large: empty, so that what follows is read as if it were not there. */
    protected Msg tooLarge() {
        return new Msg(0);
    }

    /** Room for a message. */
    protected Msg room(int size) {
        return new Msg(size);
    }
}
