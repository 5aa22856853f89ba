/**
 * What every implementation of a service provider interface must do, as JUnit tests to be extended. Needs JUnit Jupiter
 * on the class path.
 */
@NullMarked
package io.parley.testkit.contract;

import org.jspecify.annotations.NullMarked;
