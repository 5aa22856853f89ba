package io.parley.core.error;

/** What the caller of a failed operation can do about it. */
public enum Category {
    /** The same call may succeed later: a limit was reached, a peer is away. */
    RETRY,
    /** The call itself is wrong: an argument, or the state of the handle. */
    FIX_CALL,
    /** The configuration of this node, or of a channel, is wrong or does not fit that of a peer. */
    FIX_CONFIG,
    /** The node cannot go on. Close it. */
    FATAL
}
