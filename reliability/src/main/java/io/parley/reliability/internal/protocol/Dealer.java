package io.parley.reliability.internal.protocol;

import io.parley.core.channel.Death;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who gets which message of a queue. Without a key: a member that holds nothing, else the one with most unused credit, else
 * the one that waited longest; one at a time while there is little, in batches while there is much. With a key: the member
 * that the key falls to by rendezvous hash, and one at a time per key. A message that must be alone: a member that holds
 * nothing, which gets nothing else meanwhile.
 */
final class Dealer {
    private static final int MAX_BATCH = 512;

    /** How long a member may have no slot free before the keys that fall to it go to others. */
    static final long SPENT = TimeUnit.SECONDS.toNanos(1);

    private final Backlog backlog;
    private final Collection<Member> members;
    private final List<Member> able = new ArrayList<>();
    private List<Member> live = List.of();
    private long uses;
    private boolean exhausted;

    Dealer(Backlog backlog, Collection<Member> members) {
        this.backlog = backlog;
        this.members = members;
        backlog.onLineReady(this::offer);
    }

    /** Gives away what can be given. Returns when to look again though nothing happens. */
    long deal(long now) {
        long next = reviewMembers(now);
        giveAlone(now);
        for (Member member : live) {
            giveLines(member, now);
        }
        giveRest(now);
        giveAlone(now); // what was looked at just now
        return next;
    }

    // ---- which members there are

    private long reviewMembers(long now) {
        long next = Long.MAX_VALUE;
        List<Member> before = live;
        boolean changed = false;
        int alive = 0;
        for (Member member : members) {
            member.review(now);
            if (isLive(member, now)) {
                changed |= alive >= before.size() || before.get(alive) != member;
                alive++;
            }
            if (member.attached()) {
                next = Math.min(next, wake(member, now));
            }
        }
        if (changed || alive != before.size()) {
            live = members.stream().filter(m -> isLive(m, now)).toList();
            dealKeysAnew();
        }
        return next;
    }

    private static boolean isLive(Member member, long now) {
        return member.attached() && !member.draining() && now - SPENT < member.spentSince;
    }

    private static long wake(Member member, long now) {
        long next = member.resting(now) ? member.restsUntil() : Long.MAX_VALUE;
        boolean turnsSpent = member.spentSince != Long.MAX_VALUE && now - SPENT < member.spentSince;
        return turnsSpent ? Math.min(next, member.spentSince + SPENT) : next;
    }

    /** Whether somebody could run a message. */
    boolean hasLiveMembers() {
        return !live.isEmpty();
    }

    private void dealKeysAnew() {
        for (Member member : members) {
            member.lines.clear();
        }
        for (KeyLine line : backlog.lines()) {
            line.owner = null;
            offer(line);
        }
    }

    // ---- with a key

    private void offer(KeyLine line) {
        if (line.owner == null && line.ready()) {
            Member owner = owner(line);
            if (owner != null) {
                line.owner = owner;
                owner.lines.add(line);
            }
        }
    }

    /** The live member that this key falls to: each member's share moves only when that member comes or goes. */
    private @Nullable Member owner(KeyLine line) {
        Member best = null;
        long highest = Long.MIN_VALUE;
        for (Member member : live) {
            long weight = Member.mix(line.hash ^ member.hash);
            if (best == null || weight > highest) {
                best = member;
                highest = weight;
            }
        }
        return best;
    }

    private void giveLines(Member member, long now) {
        while (!member.lines.isEmpty() && member.room(now) > 0) {
            KeyLine line = member.lines.removeFirst();
            line.owner = null;
            if (!line.ready()) {
                continue;
            }
            Job job = line.take();
            if (!drop(job, now)) {
                assign(job, member, now);
            }
        }
    }

    // ---- alone

    private void giveAlone(long now) {
        Job job = backlog.firstAlone();
        while (job != null) {
            Member idle = idle(now);
            if (idle == null) {
                reserve();
                return;
            }
            backlog.take(job);
            if (!drop(job, now)) {
                idle.reserved = false;
                assign(job, idle, now);
                idle.alone = job;
            }
            job = backlog.firstAlone();
        }
        members.forEach(m -> m.reserved = false);
    }

    private @Nullable Member idle(long now) {
        Member best = null;
        for (Member member : members) {
            boolean able = member.attached() && !member.draining() && member.alone == null && !member.resting(now);
            if (able && member.outstanding() == 0 && member.unused() > 0) {
                best = best == null || member.lastUsed < best.lastUsed ? member : best;
            }
        }
        return best;
    }

    /** Has one member run empty, so that there will be one that holds nothing. */
    private void reserve() {
        Member least = null;
        for (Member member : live) {
            if (member.reserved) {
                return;
            }
            if (member.alone == null && (least == null || member.outstanding() < least.outstanding())) {
                least = member;
            }
        }
        if (least != null) {
            least.reserved = true;
        }
    }

    // ---- all others

    private void giveRest(long now) {
        able.clear();
        for (Member member : live) {
            if (member.room(now) > 0) {
                able.add(member);
            }
        }
        exhausted = false;
        while (!exhausted) {
            Member best = best(now);
            if (best == null) {
                return;
            }
            long share = backlog.ready() / (2L * able.size());
            give(best, (int) Math.max(1, Math.min(share, Math.min(best.room(now), MAX_BATCH))), now);
        }
    }

    private @Nullable Member best(long now) {
        Member best = null;
        for (int i = able.size() - 1; i >= 0; i--) {
            Member member = able.get(i);
            if (member.room(now) <= 0) {
                able.set(i, able.get(able.size() - 1));
                able.remove(able.size() - 1);
            } else if (best == null || better(member, best)) {
                best = member;
            }
        }
        return best;
    }

    private static boolean better(Member member, Member than) {
        boolean idle = member.outstanding() == 0;
        if (idle != (than.outstanding() == 0)) {
            return idle;
        }
        long more = member.unused() - than.unused();
        return more > 0 || more == 0 && member.lastUsed < than.lastUsed;
    }

    private void give(Member to, int count, long now) {
        int given = 0;
        while (given < count && !exhausted) {
            Job job = backlog.firstAgain();
            if (job != null) {
                backlog.take(job);
                given += drop(job, now) ? 0 : assign(job, to, now);
            } else {
                given += lookAndGive(to, now);
            }
        }
    }

    private int lookAndGive(Member to, long now) {
        Job job = backlog.look(now);
        if (job == null) {
            exhausted = true;
            return 0;
        }
        KeyLine line = job.line;
        Member expecting = backlog.expectedBy(job.lsn);
        if (expecting != null && expecting.attached() && backlog.take(job)) {
            assign(job, expecting, now);
        } else if (line == null) {
            return assign(job, to, now);
        } else {
            offer(line);
            Member owner = line.owner;
            if (owner != null) {
                giveLines(owner, now);
            }
        }
        return to.room(now) > 0 ? 0 : Integer.MAX_VALUE / 2;
    }

    private int assign(Job job, Member to, long now) {
        to.lastUsed = ++uses;
        to.assign(job, now);
        return 1;
    }

    /** Gives a message to a member whatever its credit, since it has it already. */
    void giveBack(Job job, Member to, long now) {
        assign(job, to, now);
        if (job.alone()) {
            to.alone = job;
        }
    }

    private boolean drop(Job job, long now) {
        if (!backlog.expired(job, now)) {
            return false;
        }
        backlog.bury(job, Death.Reason.EXPIRED, now);
        return true;
    }
}
