package io.parley.core.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that Parley throws. The message names the values involved and the remedy; {@link #code()} is
 * stable and may be acted on by programs.
 */
public class ParleyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public ParleyException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public ParleyException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The stable code of this error. */
    public ErrorCode code() {
        return code;
    }

    /** What the caller can do about it. */
    public Category category() {
        return code.category();
    }

    @Override
    public String toString() {
        return code + ": " + getMessage();
    }
}
