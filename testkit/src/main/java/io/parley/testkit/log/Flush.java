package io.parley.testkit.log;

/** When a record may be seen by readers. */
public enum Flush {
    /** Once it was forced: no crash takes back what a reader saw. */
    ALWAYS,
    /** Once it was written: a power cut may take back what a reader saw. */
    OS
}
