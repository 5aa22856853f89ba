package io.parley.core.spi;

/** What became of a frame given to {@link Transport#send}. */
public enum Sent {
    /** Taken whole: the transport reads the frame's buffers no more. */
    TAKEN,
    /** Not taken, nothing of it: the link holds as much unwritten data as it may. Try again, see {@link Transport}. */
    FULL,
    /** The link is down or going down. {@link TransportListener#linkDown} was or will be told. */
    DOWN
}
