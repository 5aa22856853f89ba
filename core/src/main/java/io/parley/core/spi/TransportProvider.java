package io.parley.core.spi;

/** Makes the transport of a node. Found by {@link java.util.ServiceLoader}, or given to the builder. */
public interface TransportProvider {
    /** What it is called in events and on the command line, for example {@code zmq}. */
    String name();

    /** The provider with the highest number is taken when none was given. */
    int priority();

    /** Makes one. */
    Transport open(TransportContext context);
}
