package io.parley.testkit.log;

/** How a process ends without closing its files. */
public enum Crash {
    /** The process is killed. What was written is there, forced or not. */
    KILL,
    /** The power goes. What was forced is there; of the rest that was written, a beginning of any length. */
    POWER_CUT
}
