package io.parley.core.wire;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;

/**
 * A frame that a later version may send, and that must be understood: it ends the link. Carries no stack trace: it may be
 * provoked from outside.
 */
public final class UnsupportedFrame extends ParleyException {
    private static final long serialVersionUID = 1L;

    public UnsupportedFrame(String message) {
        super(ErrorCode.INVALID_ARGUMENT, message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
