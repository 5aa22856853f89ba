/** A network that is only simulated: its time is a manual clock's, its chance comes from a seed, and it has no threads. */
@NullMarked
package io.parley.testkit.net;

import org.jspecify.annotations.NullMarked;
