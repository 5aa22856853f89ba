/**
 * What keeps JeroMQ from harming whoever uses it: the transport between nodes, and plain sockets. A context whose threads
 * outlive an Error, sockets with the options that are safe, addresses that need no resolving, greetings that are pushed when
 * they are stuck, and a bounded account of connections.
 */
@NullMarked
package io.parley.transport.internal.guard;

import org.jspecify.annotations.NullMarked;
