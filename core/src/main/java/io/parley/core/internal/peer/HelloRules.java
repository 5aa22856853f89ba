package io.parley.core.internal.peer;

import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.wire.FrameHeader;
import io.parley.core.wire.Hello;
import io.parley.core.wire.Introduction;
import io.parley.core.wire.Reject;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who may link: decides about a HELLO, and about a WELCOME when there is another link already. Both sides come to the same
 * answer from what they know.
 */
public final class HelloRules {
    /**
     * A link younger than this may have come up while the other side's HELLO, which says that it has none, was on its way.
     */
    public static final long CROSSING = TimeUnit.SECONDS.toNanos(2);

    private final Introduction self;

    /** Rules of this node. */
    public HelloRules(Introduction self) {
        this.self = self;
    }

    /** An answer. */
    public enum Answer {
        /** Link. */
        ACCEPT,
        /** Link, and drop the link that was there. */
        REPLACE,
        /** Another run of the peer, which ends what the old one had. */
        NEW_RUN,
        MALFORMED,
        UNSUPPORTED,
        SELF,
        WRONG_GROUP,
        DUPLICATE_LINK,
        DUPLICATE_IDENTITY,
        STALE_EPOCH;

        /** Whether it is yes. */
        public boolean accepted() {
            return this == ACCEPT || this == REPLACE || this == NEW_RUN;
        }

        /** As it goes over the wire. */
        public Reject.Reason reason() {
            return Reject.Reason.valueOf(name());
        }
    }

    /**
     * What is known of the peer that introduces itself.
     *
     * @param run its last run
     * @param link the link that it has; null when there is none
     * @param answering whether it was heard of lately on that link
     */
    public record Known(Run run, @Nullable LinkView link, Answering answering) {
        /** Whether a peer was heard of lately. */
        public enum Answering {
            YES,
            NO
        }
    }

    /**
     * A link that is there.
     *
     * @param opener who dialled it
     * @param age how long it has been up, or welcomed, in nanoseconds
     */
    public record LinkView(NodeId opener, long age) {}

    /** Judges a HELLO that came on a link which the other side dialled. */
    public Answer judge(Hello hello, @Nullable Known known) {
        if (FrameHeader.VERSION < hello.versionMin() || FrameHeader.VERSION > hello.versionMax()) {
            return Answer.UNSUPPORTED;
        }
        Answer first = judgeIdentity(hello.from(), known);
        if (first != Answer.ACCEPT) {
            return first;
        }
        LinkView link = known == null ? null : known.link();
        if (link == null) {
            return Answer.ACCEPT;
        }
        if (hello.held() == Hello.LinkHeld.HELD) {
            return Answer.DUPLICATE_LINK;
        }
        if (link.age() < CROSSING && !link.opener().equals(hello.from().id())) {
            return lowerOpener(hello.from().id(), link.opener()) ? Answer.REPLACE : Answer.DUPLICATE_LINK;
        }
        return Answer.REPLACE;
    }

    /** Judges the WELCOME that came on a link which we dialled. */
    public Answer judge(Introduction from, @Nullable Known known) {
        Answer first = judgeIdentity(from, known);
        if (first != Answer.ACCEPT) {
            return first;
        }
        LinkView link = known == null ? null : known.link();
        if (link == null) {
            return Answer.ACCEPT;
        }
        if (link.opener().equals(self.id())) {
            return Answer.REPLACE; // we dialled twice, and the other side has chosen the newer one
        }
        return lowerOpener(self.id(), link.opener()) ? Answer.REPLACE : Answer.DUPLICATE_LINK;
    }

    private Answer judgeIdentity(Introduction from, @Nullable Known known) {
        if (from.id().equals(self.id())) {
            return from.run().equals(self.run()) ? Answer.SELF : Answer.DUPLICATE_IDENTITY;
        }
        if (!from.group().equals(self.group())) {
            return Answer.WRONG_GROUP;
        }
        if (known == null || known.run().equals(from.run())) {
            return Answer.ACCEPT;
        }
        int newer = Long.compareUnsigned(from.run().epoch(), known.run().epoch());
        if (newer < 0) {
            return Answer.STALE_EPOCH;
        }
        if (newer == 0 && known.link() != null && known.answering() == Known.Answering.YES) {
            return Answer.DUPLICATE_IDENTITY;
        }
        return Answer.NEW_RUN;
    }

    private static boolean lowerOpener(NodeId opener, NodeId than) {
        return opener.compareTo(than) < 0;
    }
}
