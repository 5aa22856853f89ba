/** The reliable delivery modes: what is acknowledged, kept, leased and settled. */
@NullMarked
package io.parley.reliability;

import org.jspecify.annotations.NullMarked;
