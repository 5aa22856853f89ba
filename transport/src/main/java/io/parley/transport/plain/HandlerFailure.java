package io.parley.transport.plain;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;

/** A handler threw a checked exception. */
final class HandlerFailure extends ParleyException {
    private static final long serialVersionUID = 1L;

    HandlerFailure(Exception cause) {
        super(ErrorCode.HANDLER_FAILED, String.valueOf(cause), cause);
    }
}
