package io.parley.core.internal.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.identity.NodeId;
import io.parley.core.identity.Run;
import io.parley.core.internal.peer.HelloRules.Answer;
import io.parley.core.internal.peer.HelloRules.Known;
import io.parley.core.internal.peer.HelloRules.Known.Answering;
import io.parley.core.internal.peer.HelloRules.LinkView;
import io.parley.core.wire.Hello;
import io.parley.core.wire.Hello.LinkHeld;
import io.parley.core.wire.Introduction;
import io.parley.core.wire.Reject;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelloRulesTest {
    private static final NodeId LOW = new NodeId(1, 1);
    private static final NodeId HIGH = new NodeId(-1, 1);
    private static final Run RUN = new Run(7, 70);
    private static final Introduction SELF = who(LOW, RUN, "g");
    private final HelloRules rules = new HelloRules(SELF);

    @Test
    void shouldAcceptAStranger() {
        assertEquals(Answer.ACCEPT, rules.judge(hello(LinkHeld.NONE, who(HIGH, RUN, "g")), null));
        assertEquals(Answer.ACCEPT, rules.judge(who(HIGH, RUN, "g"), null));
    }

    @Test
    void shouldWantACommonVersion() {
        Introduction from = who(HIGH, RUN, "g");
        assertEquals(Answer.UNSUPPORTED, rules.judge(new Hello(LinkHeld.NONE, 2, 3, 0, from), null));
        assertEquals(Answer.UNSUPPORTED, rules.judge(new Hello(LinkHeld.NONE, 0, 0, 0, from), null));
        assertEquals(Answer.ACCEPT, rules.judge(new Hello(LinkHeld.NONE, 0, 3, 0, from), null));
    }

    @Test
    void shouldKnowItselfAndWhoOnlyLooksLikeIt() {
        assertEquals(Answer.SELF, rules.judge(hello(LinkHeld.NONE, SELF), null));
        assertEquals(Answer.DUPLICATE_IDENTITY, rules.judge(hello(LinkHeld.NONE, who(LOW, new Run(7, 71), "g")), null));
    }

    @Test
    void shouldRefuseOtherGroups() {
        assertEquals(Answer.WRONG_GROUP, rules.judge(hello(LinkHeld.NONE, who(HIGH, RUN, "h")), null));
        assertEquals(Answer.WRONG_GROUP, rules.judge(who(HIGH, RUN, "h"), null));
    }

    @Test
    void shouldTellRunsApart() {
        Known linked = new Known(RUN, new LinkView(HIGH, 0), Answering.YES);
        Known silent = new Known(RUN, new LinkView(HIGH, 0), Answering.NO);
        Known unlinked = new Known(RUN, null, Answering.YES);

        assertEquals(Answer.STALE_EPOCH, rules.judge(who(HIGH, new Run(6, 1), "g"), linked));
        assertEquals(Answer.NEW_RUN, rules.judge(who(HIGH, new Run(8, 1), "g"), linked));
        assertEquals(Answer.NEW_RUN, rules.judge(who(HIGH, new Run(-1, 1), "g"), linked), "epochs are unsigned");
        assertEquals(Answer.DUPLICATE_IDENTITY, rules.judge(who(HIGH, new Run(7, 1), "g"), linked));
        assertEquals(Answer.NEW_RUN, rules.judge(who(HIGH, new Run(7, 1), "g"), silent));
        assertEquals(Answer.NEW_RUN, rules.judge(who(HIGH, new Run(7, 1), "g"), unlinked));
        assertEquals(Answer.ACCEPT, rules.judge(who(HIGH, RUN, "g"), unlinked));
    }

    @Test
    void shouldKeepALinkThatTheOtherSideHasToo() {
        Known known = new Known(RUN, new LinkView(LOW, HelloRules.CROSSING * 10), Answering.YES);

        assertEquals(Answer.DUPLICATE_LINK, rules.judge(hello(LinkHeld.HELD, who(HIGH, RUN, "g")), known));
    }

    @Test
    void shouldReplaceALinkThatTheOtherSideHasNoMore() {
        Introduction from = who(HIGH, RUN, "g");
        Known old = new Known(RUN, new LinkView(LOW, HelloRules.CROSSING), Answering.YES);
        Known again = new Known(RUN, new LinkView(HIGH, 0), Answering.YES);

        assertEquals(Answer.REPLACE, rules.judge(hello(LinkHeld.NONE, from), old));
        assertEquals(Answer.REPLACE, rules.judge(hello(LinkHeld.NONE, from), again));
    }

    @Test
    void shouldDecideByTheLowerOpenerWhenHellosCross() {
        Known young = new Known(RUN, new LinkView(LOW, HelloRules.CROSSING - 1), Answering.YES);
        assertEquals(Answer.DUPLICATE_LINK, rules.judge(hello(LinkHeld.NONE, who(HIGH, RUN, "g")), young));

        HelloRules high = new HelloRules(who(HIGH, RUN, "g"));
        Known theirs = new Known(RUN, new LinkView(HIGH, 0), Answering.YES);
        assertEquals(Answer.REPLACE, high.judge(hello(LinkHeld.NONE, SELF), theirs));
    }

    /** Both dial at once; frames of one link keep their order, those of two links come in any. */
    @Test
    void shouldEndWithTheSameLinkOnBothSidesWhenHellosCross() {
        for (int order = 0; order < 2 * 3 * 4 * 24; order++) {
            CrossingLinks crossing = new CrossingLinks(who(LOW, RUN, "g"), who(HIGH, RUN, "g"));
            crossing.run(order);

            assertEquals(crossing.low().link(), crossing.high().link(), "order " + order);
            assertTrue(crossing.low().link() != null, "a link stays, order " + order);
        }
    }

    @Test
    void shouldHaveAReasonForEveryNo() {
        for (Answer answer : Answer.values()) {
            if (!answer.accepted()) {
                assertEquals(answer.name(), answer.reason().name());
            }
        }
        assertTrue(Answer.ACCEPT.accepted() && Answer.REPLACE.accepted() && Answer.NEW_RUN.accepted());
        assertFalse(Answer.SELF.accepted());
        assertEquals(Reject.Reason.SELF, Answer.SELF.reason());
    }

    private static Hello hello(LinkHeld held, Introduction from) {
        return new Hello(held, 1, 1, 0, from);
    }

    private static Introduction who(NodeId id, Run run, String group) {
        return new Introduction(id, run, group, "name", List.of());
    }
}
