/** State machines of reliable sessions: events and a time go in, actions come out. */
@NullMarked
package io.parley.reliability.internal.protocol;

import org.jspecify.annotations.NullMarked;
