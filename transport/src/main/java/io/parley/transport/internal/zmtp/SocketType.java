package io.parley.transport.internal.zmtp;

/** The socket types that speak on links. The side that dials is a DEALER, the side that accepts a ROUTER. */
enum SocketType {
    DEALER,
    ROUTER;

    /** Whether links are made with a peer of this type. REQ and REP may talk to a ROUTER and a DEALER, but in several parts. */
    static boolean accepts(String name) {
        return name.equals("DEALER") || name.equals("ROUTER");
    }
}
