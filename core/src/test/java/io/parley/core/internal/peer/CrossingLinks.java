package io.parley.core.internal.peer;

import io.parley.core.identity.NodeId;
import io.parley.core.internal.peer.HelloRules.Answer;
import io.parley.core.internal.peer.HelloRules.Known;
import io.parley.core.internal.peer.HelloRules.LinkView;
import io.parley.core.wire.Hello;
import io.parley.core.wire.Introduction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Two nodes that dial one another at the same moment: each has sent its HELLO before it hears of the other. */
final class CrossingLinks {
    private final Side low;
    private final Side high;
    private final List<Queue<Runnable>> wires = new ArrayList<>();

    CrossingLinks(Introduction lowIntroduction, Introduction highIntroduction) {
        low = new Side(lowIntroduction);
        high = new Side(highIntroduction);
        for (int i = 0; i < 4; i++) {
            wires.add(new ArrayDeque<>()); // each of two links has two directions
        }
    }

    Side low() {
        return low;
    }

    Side high() {
        return high;
    }

    /** Delivers what is under way, from one wire or another as the number says. */
    void run(int order) {
        dial(low, high, 0);
        dial(high, low, 2);
        int choice = order;
        while (true) {
            List<Queue<Runnable>> busy =
                    wires.stream().filter(w -> !w.isEmpty()).toList();
            if (busy.isEmpty()) {
                return;
            }
            Objects.requireNonNull(busy.get(choice % busy.size()).poll()).run();
            choice = choice / busy.size();
        }
    }

    private void dial(Side from, Side to, int wire) {
        Hello hello = new Hello(Hello.LinkHeld.NONE, 1, 1, 0, from.introduction);
        NodeId opener = from.introduction.id();
        wire(wire).add(() -> {
            Answer answer = to.rules.judge(hello, to.known(from));
            if (answer.accepted()) {
                drop(to, from, opener);
                to.link = opener;
                wire(wire + 1).add(() -> welcomed(from, to, opener, wire));
            }
        });
    }

    private void welcomed(Side self, Side other, NodeId opener, int wire) {
        Answer answer = self.rules.judge(other.introduction, self.known(other));
        if (answer.accepted()) {
            drop(self, other, opener);
            self.link = opener;
        } else {
            wire(wire).add(() -> other.ended(opener));
        }
    }

    /** A side gives up the link that it had; the other hears of it on that link. */
    private void drop(Side self, Side other, NodeId insteadOf) {
        NodeId had = self.link;
        if (had != null && !had.equals(insteadOf)) {
            boolean dialled = had.equals(self.introduction.id());
            int first = had.equals(low.introduction.id()) ? 0 : 2;
            wire(dialled ? first : first + 1).add(() -> other.ended(had));
        }
    }

    private Queue<Runnable> wire(int number) {
        return wires.get(number);
    }

    /** One of both. */
    static final class Side {
        private final Introduction introduction;
        private final HelloRules rules;
        private @Nullable NodeId link;

        Side(Introduction introduction) {
            this.introduction = introduction;
            rules = new HelloRules(introduction);
        }

        /** Who dialled the link that it has. */
        @Nullable NodeId link() {
            return link;
        }

        private @Nullable Known known(Side other) {
            LinkView view = link == null ? null : new LinkView(link, 1);
            return link == null ? null : new Known(other.introduction.run(), view, Known.Answering.YES);
        }

        private void ended(NodeId opener) {
            if (opener.equals(link)) {
                link = null;
            }
        }
    }
}
