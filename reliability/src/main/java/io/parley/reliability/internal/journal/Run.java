package io.parley.reliability.internal.journal;

/**
 * Records of one epoch that follow one another in a file.
 *
 * @param epoch the run of the node that appended them
 * @param firstLsn the first
 * @param count how many
 * @param at where the first stands
 * @param end where the last ends
 */
record Run(long epoch, long firstLsn, int count, int at, int end) {
    long endLsn() {
        return firstLsn + count;
    }
}
