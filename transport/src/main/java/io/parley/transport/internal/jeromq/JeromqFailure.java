package io.parley.transport.internal.jeromq;

/** JeroMQ did what it must never do. The context cannot be trusted any more. */
final class JeromqFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JeromqFailure(String what) {
        super(what);
    }

    JeromqFailure(String what, Throwable cause) {
        super(what + ": " + cause, cause);
    }
}
