/**
 * Sockets for programs that speak ZeroMQ and are no nodes. One thread per node owns all of them, started by the first and ended
 * with the node; others reach it through bounded queues. Here a message is a list of frames.
 */
@NullMarked
package io.parley.transport.internal.plain;

import org.jspecify.annotations.NullMarked;
