/** DURABLE channels: their files, the thread that commits, the node's identity. */
@NullMarked
package io.parley.reliability.internal.durable;

import org.jspecify.annotations.NullMarked;
