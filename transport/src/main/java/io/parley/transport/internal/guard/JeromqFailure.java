package io.parley.transport.internal.guard;

/** JeroMQ did what it must never do. The context cannot be trusted any more. */
public final class JeromqFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** That happened. */
    public JeromqFailure(String what) {
        super(what);
    }

    /** That happened, for this reason. */
    public JeromqFailure(String what, Throwable cause) {
        super(what + ": " + cause, cause);
    }
}
