package io.parley.core.error;

/** The stable codes of {@link ParleyException}. A code is never given another meaning and never used again. */
public enum ErrorCode {
    INVALID_ARGUMENT(Category.FIX_CALL),
    CLOSED(Category.FIX_CALL),
    INTERRUPTED(Category.RETRY),
    TIMEOUT(Category.RETRY),
    LOG_FULL(Category.RETRY),
    NOT_CONNECTED(Category.RETRY),
    MESSAGE_TOO_LARGE(Category.FIX_CALL),
    ENCODING_FAILED(Category.FIX_CALL),
    DECODING_FAILED(Category.FIX_CONFIG),
    CHANNEL_CONFLICT(Category.FIX_CONFIG),
    TOO_MANY_CHANNELS(Category.FIX_CONFIG),
    TOO_MANY_READERS(Category.FIX_CONFIG),
    MODE_UNAVAILABLE(Category.FIX_CONFIG),
    TRANSPORT_UNAVAILABLE(Category.FIX_CONFIG),
    ADDRESS_UNUSABLE(Category.FIX_CONFIG),
    ADDRESS_IN_USE(Category.FIX_CONFIG),
    LOST_AT_CLOSE(Category.RETRY),
    DEAD_LETTER(Category.RETRY),
    EXPIRED(Category.RETRY),
    HANDLER_FAILED(Category.FIX_CALL),
    INTERNAL(Category.FATAL),
    /** Nobody serves it. */
    NO_RESPONDER(Category.RETRY),
    /** The replier was lost after it was asked: whether the request ran is not known. */
    REPLIER_LOST(Category.RETRY),
    /** The request ran at the replier, and failed there. */
    REQUEST_FAILED(Category.RETRY),
    /** Every replier refused the request before it began. */
    REPLIERS_BUSY(Category.RETRY),
    /** What was asked kept failing, and is not asked for a while. */
    CIRCUIT_OPEN(Category.RETRY),
    /** Too many requests of this requester wait for their replies. */
    TOO_MANY_REQUESTS(Category.RETRY),
    /** Both sides know the channel, but not each other's codec. */
    CODEC_MISMATCH(Category.FIX_CONFIG),
    /** There is no room on the disk; what was accepted is kept, and written once there is. */
    DISK_FULL(Category.RETRY),
    /** The disk refused to read, write or force. */
    DISK_FAILED(Category.FATAL),
    /** Another process, or another node of this one, uses the data directory. */
    DATA_IN_USE(Category.FIX_CONFIG),
    /** A file of a data directory cannot be read, without which nothing else in it can be trusted. */
    JOURNAL_DAMAGED(Category.FATAL),
    /** This node has as many plain sockets as it can have. */
    TOO_MANY_SOCKETS(Category.FIX_CONFIG);

    private final Category category;

    ErrorCode(Category category) {
        this.category = category;
    }

    /** What a caller can do about errors with this code. */
    public Category category() {
        return category;
    }
}
