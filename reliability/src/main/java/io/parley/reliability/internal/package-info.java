/** Wiring of the delivery modes. */
@NullMarked
package io.parley.reliability.internal;

import org.jspecify.annotations.NullMarked;
