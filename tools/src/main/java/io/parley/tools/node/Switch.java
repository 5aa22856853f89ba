package io.parley.tools.node;

/** On or off, as an option's value. */
public enum Switch {
    on,
    off
}
