package io.parley.core.internal.engine;

/** Something large that comes in chunks on a link. Belongs to the loop. */
interface Assembling {
    /** On which link. */
    LinkState link();

    /** How many bytes it will have. */
    int total();

    /** How many are here. */
    int filled();

    /** Whether its sender waits to be told that there is room, and it is still wanted. */
    boolean needsRoom();

    /** There is room: its sender may go on to the end. */
    void grant();

    /** What it is, for people. */
    String what();
}
