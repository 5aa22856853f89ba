package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Filter;
import io.parley.core.channel.SubjectIndex;
import io.parley.core.log.Record;
import java.nio.ByteBuffer;
import java.util.List;

/** Whether a record's subject matches one of some filters. */
final class SubjectMatch {
    private final boolean everything;
    private final boolean bare;
    private final SubjectIndex<Boolean> index = new SubjectIndex<>();

    /**
     * Compiles filters.
     *
     * @throws io.parley.core.error.ParleyException INVALID_ARGUMENT when one is not a filter
     */
    SubjectMatch(List<String> filters) {
        boolean all = false;
        for (String text : filters) {
            Filter filter = new Filter(text);
            all |= filter.matchesAll();
            index.add(filter, Boolean.TRUE);
        }
        everything = all;
        bare = !index.match("").isEmpty();
    }

    boolean everything() {
        return everything;
    }

    boolean matches(ByteBuffer bytes, int at) {
        if (everything) {
            return true;
        }
        int subject = Record.subject(bytes, at);
        return subject < 0
                ? bare
                : !index.match(bytes, subject + 2, Record.stringLength(bytes, subject))
                        .isEmpty();
    }
}
