/**
 * The transport over JeroMQ. One thread, the one that polls, owns every socket: one ROUTER that listens, one ROUTER that
 * dials, and a third one whose only use is to push greetings that are stuck. JeroMQ's own threads are heard of through
 * event hooks, which never block.
 */
@NullMarked
package io.parley.transport.internal.jeromq;

import org.jspecify.annotations.NullMarked;
