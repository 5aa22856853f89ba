/** Transports over ZeroMQ. */
@NullMarked
package io.parley.transport;

import org.jspecify.annotations.NullMarked;
