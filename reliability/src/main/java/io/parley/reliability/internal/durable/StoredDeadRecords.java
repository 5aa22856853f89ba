package io.parley.reliability.internal.durable;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.DeadRecord;
import io.parley.core.spi.DeadRecords;
import io.parley.core.wire.Position;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The dead letters of a channel, for whoever looks after them: asks the thread that commits. */
final class StoredDeadRecords implements DeadRecords {
    private final Committer committer;
    private final ChannelFiles files;
    private final DeadLetterPost post;

    StoredDeadRecords(Committer committer, ChannelFiles files, DeadLetterPost post) {
        this.committer = committer;
        this.files = files;
        this.post = post;
    }

    @Override
    public long count() {
        return post.count();
    }

    @Override
    public List<DeadRecord> after(Position id, int most) {
        return ask(letters -> letters.after(id, most));
    }

    @Override
    public @Nullable DeadRecord find(Position id) {
        return ask(letters -> letters.find(id));
    }

    @Override
    public boolean remove(Position id, Removal how) {
        return ask(letters -> {
            if (how == Removal.REDRIVEN) {
                files.forceRecords(); // what takes its place must not be lost with the power
                return letters.remove(id, DeadLetterNote.Why.REDRIVEN);
            }
            return letters.remove(id, DeadLetterNote.Why.DISCARDED);
        });
    }

    private <R extends @Nullable Object> R ask(Function<DeadLetterPost, R> question) {
        return committer.ask(() -> {
            if (files.isClosed()) {
                throw new ParleyException(ErrorCode.CLOSED, "the queue of these dead letters is closed");
            }
            return question.apply(post);
        });
    }
}
