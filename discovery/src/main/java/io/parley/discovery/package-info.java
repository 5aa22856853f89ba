/** Sources of discovery: where nodes are said to be. */
package io.parley.discovery;
