/** Strangers at the port of a node that listens on real sockets: what no peer would do. For tests of one's own services too. */
@NullMarked
package io.parley.testkit.hostile;

import org.jspecify.annotations.NullMarked;
