/**
 * Native ZeroMQ sockets, for programs in any language that are no nodes: PUB and SUB, PUSH and PULL, REQ and REP, DEALER and
 * ROUTER, alone or wired to topics, queues and services. {@link io.parley.transport.plain.PlainZmq} is where to begin.
 */
@NullMarked
package io.parley.transport.plain;

import org.jspecify.annotations.NullMarked;
