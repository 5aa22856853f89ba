/** For tests: time, chance and a network that can be had again from a seed. */
@NullMarked
package io.parley.testkit;

import org.jspecify.annotations.NullMarked;
