/** The journal: channels' records and ledgers on disk. */
@NullMarked
package io.parley.reliability.internal.journal;

import org.jspecify.annotations.NullMarked;
