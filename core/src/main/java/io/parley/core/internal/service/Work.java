package io.parley.core.internal.service;

import io.parley.core.wire.Reply.Status;

/** What the decisions about a request lead to at its replier. Called on the loop; must not call back. */
public interface Work {
    /** Whether its requester leaves so much unread that it is to be given nothing more for now. */
    boolean choked();

    /** Run the handler. */
    void start();

    /** Interrupt it: nobody waits for its reply. */
    void interrupt();

    /** It is not run: tell the requester why. */
    void refuse(Status why, String text);

    /** It is not run, and nobody waits to be told. */
    void drop();
}
