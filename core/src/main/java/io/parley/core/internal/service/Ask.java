package io.parley.core.internal.service;

import io.parley.core.channel.ServiceSettings.Repeat;
import io.parley.core.identity.NodeId;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request at its requester.
 *
 * <pre>
 *   WAITING ──a replier is there──▶ ASKED ──answered, failed, lost, deadline──▶ ENDED
 *     ▲   │                           │                                          ▲
 *     │   └── settled without one ────┼──────────────────────────────────────────┘
 *     └── refused before it began; lost, and may be repeated
 * </pre>
 */
public final class Ask {
    private final Wish wish;
    private final Asker asker;
    private final Set<NodeId> refusedBy = new HashSet<>();
    private State state = State.WAITING;
    private long order;
    private long correlation;
    private long link;
    private int attempts;
    private @Nullable ReplierPlace replier;
    private String lastTrouble = "";
    private boolean lost;

    /** A request that is not yet submitted. */
    public Ask(Wish wish, Asker asker) {
        this.wish = wish;
        this.asker = asker;
    }

    /**
     * What is wanted.
     *
     * @param service which service
     * @param target the only one to be asked; null for any
     * @param deadline when nobody waits any more, in nanoseconds of the loop's clock
     * @param repeat whether another replier may be asked when one was lost
     */
    public record Wish(String service, @Nullable NodeId target, long deadline, Repeat repeat) {}

    enum State {
        WAITING,
        ASKED,
        ENDED
    }

    Wish wish() {
        return wish;
    }

    Asker asker() {
        return asker;
    }

    State state() {
        return state;
    }

    void submitted(long number) {
        order = number;
    }

    long order() {
        return order;
    }

    long correlation() {
        return correlation;
    }

    @Nullable ReplierPlace replier() {
        return replier;
    }

    int attempts() {
        return attempts;
    }

    void asked(ReplierPlace whom, long number) {
        state = State.ASKED;
        replier = whom;
        link = whom.link();
        correlation = number;
        attempts++;
    }

    /** The link on which its end hangs. */
    long link() {
        return link;
    }

    void moved(long toLink) {
        link = toLink;
    }

    void refused(NodeId by, String why) {
        refusedBy.add(by);
        lastTrouble = why;
        waitAgain();
        attempts--; // it did not run
    }

    /** Its link broke before all of it had left. */
    void cutOff(String why) {
        lastTrouble = why;
        waitAgain();
        attempts--; // it did not run
    }

    void lost(String why) {
        lost = true;
        lastTrouble = why;
        waitAgain();
    }

    private void waitAgain() {
        state = State.WAITING;
        replier = null;
    }

    void end() {
        state = State.ENDED;
        replier = null;
    }

    boolean wasRefused() {
        return !refusedBy.isEmpty();
    }

    boolean wasLost() {
        return lost;
    }

    String lastTrouble() {
        return lastTrouble;
    }

    boolean wants(NodeId id) {
        return (wish.target() == null || wish.target().equals(id)) && !refusedBy.contains(id);
    }
}
