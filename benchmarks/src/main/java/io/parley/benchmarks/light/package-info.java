/**
 * Many links from one thread, which speak what {@code docs/protocol.md} says and use nothing of Parley: so they also test that
 * page.
 */
@NullMarked
package io.parley.benchmarks.light;

import org.jspecify.annotations.NullMarked;
