/** A disk that is only simulated, and loses at a crash what was not forced. */
@NullMarked
package io.parley.testkit.log;

import org.jspecify.annotations.NullMarked;
