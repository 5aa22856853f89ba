package io.parley.tools.node;

import io.parley.core.error.ErrorCode;

/** What the process tells its caller. */
public final class ExitCode {
    public static final int SUCCESS = 0;
    public static final int FAILURE = 1;
    public static final int WRONG_USE = 2;
    public static final int TIMEOUT = 3;

    private ExitCode() {}

    /** The exit code for an error of the library. */
    public static int of(ErrorCode code) {
        return switch (code) {
            case INVALID_ARGUMENT -> WRONG_USE;
            case TIMEOUT -> TIMEOUT;
            default -> FAILURE;
        };
    }
}
