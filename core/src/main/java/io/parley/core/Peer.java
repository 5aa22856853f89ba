package io.parley.core;

import io.parley.core.identity.NodeId;
import java.util.List;

/** Another node, as this one sees it. Any thread; the state is that of the moment. */
public interface Peer {
    /** Who it is. */
    NodeId id();

    /** What it calls itself: for people, not an identity. */
    String name();

    /** How it is. */
    State state();

    /** Where it listens, as this node would dial it. */
    List<String> endpoints();

    /** How a peer is. */
    enum State {
        /** Linked, and heard of lately. */
        UP,
        /** Not heard of for three seconds, or its link broke a moment ago. */
        SUSPECT,
        /** Not heard of for ten seconds, or its link broke and did not come back. It is still dialled. */
        LOST,
        /** It said goodbye. */
        LEFT
    }
}
