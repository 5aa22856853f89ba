/** Real processes on hosts of their own, on one machine, and what networks do to them. */
package io.parley.testkit.netlab;
