/** Discovery in a simulated world: what is heard is in the hands of the test. */
package io.parley.testkit.discovery;
