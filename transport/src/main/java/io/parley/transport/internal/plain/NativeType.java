package io.parley.transport.internal.plain;

import zmq.ZMQ;

/** The kinds of native sockets. Requesters are DEALERs and repliers ROUTERs, which write the envelopes themselves. */
public enum NativeType {
    /** An XPUB, which is a PUB to the other side: what a PUB is told beside subscriptions nobody would ever read. */
    PUB(ZMQ.ZMQ_XPUB),
    SUB(ZMQ.ZMQ_SUB),
    PUSH(ZMQ.ZMQ_PUSH),
    PULL(ZMQ.ZMQ_PULL),
    DEALER(ZMQ.ZMQ_DEALER),
    ROUTER(ZMQ.ZMQ_ROUTER);

    private final int code;

    NativeType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Whether messages can be sent. */
    boolean sends() {
        return this != SUB && this != PULL;
    }

    /** Whether it deals each message to one of its connections, and takes one that has not greeted yet for a good one. */
    boolean deals() {
        return this == PUSH || this == DEALER;
    }
}
