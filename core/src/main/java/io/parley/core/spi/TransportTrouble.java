package io.parley.core.spi;

/** What a transport may have to tell beside links and frames. */
public enum TransportTrouble {
    /** A connection sent what no such peer sends, and was closed. */
    PROTOCOL_ERROR,
    /** A connection did not complete its greeting in time, and was closed. */
    HANDSHAKE_TIMEOUT,
    /** More connections than allowed. */
    TOO_MANY_CONNECTIONS,
    /** The machinery below died and was made anew; every link went down. */
    REBUILT,
    /** A greeting was stuck and had to be pushed. */
    STUCK_GREETING
}
