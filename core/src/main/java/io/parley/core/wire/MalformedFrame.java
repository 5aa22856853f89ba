package io.parley.core.wire;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;

/** A frame that no well-behaved peer sends. It ends the link. Carries no stack trace: it may be provoked from outside. */
public final class MalformedFrame extends ParleyException {
    private static final long serialVersionUID = 1L;

    public MalformedFrame(String message) {
        super(ErrorCode.INVALID_ARGUMENT, message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
