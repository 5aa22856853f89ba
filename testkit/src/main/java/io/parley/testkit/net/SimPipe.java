package io.parley.testkit.net;

import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One direction of a simulated connection: what is under way, in order. */
final class SimPipe {
    /** What becomes of the things under way when a side closes. */
    enum Rest {
        ARRIVES,
        IS_LOST
    }

    /** Whether anything still comes out of this pipe. */
    private enum Flow {
        OPEN,
        /** The other side's process or host is gone: what is sent is answered with a reset once the host is back. */
        GONE,
        /** Something in between forgot the connection: nothing is ever answered. */
        BLACK_HOLE
    }

    private enum Kind {
        OPEN,
        FRAME,
        WRITABLE,
        CLOSE
    }

    private static final class Item {
        final Kind kind;
        final @Nullable SimFrame frame;
        final String reason;
        long due;
        boolean judged;

        Item(Kind kind, @Nullable SimFrame frame, String reason) {
            this.kind = kind;
            this.frame = frame;
            this.reason = reason;
        }
    }

    private final SimNetwork network;
    private final SimLink source;
    private final SimLink target;
    private final ArrayDeque<Item> underWay = new ArrayDeque<>();
    private Flow flow = Flow.OPEN;
    private long lastDue;
    private long wireFree;
    private long unread;
    private boolean sourceWaits;
    private boolean ending;

    SimPipe(SimNetwork network, SimLink source, SimLink target) {
        this.network = network;
        this.source = source;
        this.target = target;
    }

    SimLink target() {
        return target;
    }

    SimHost from() {
        return source.owner.host();
    }

    SimHost to() {
        return target.owner.host();
    }

    boolean carries(SimHost one, SimHost other) {
        return (from() == one && to() == other) || (from() == other && to() == one);
    }

    /** Whether a frame of this length finds room; when not, the sending side is told once there is room again. */
    boolean hasRoom(int bytes) {
        boolean room = unread == 0 || unread + bytes <= network.settings().window();
        sourceWaits |= !room;
        return room;
    }

    void open() {
        push(new Item(Kind.OPEN, null, ""));
    }

    void send(SimFrame frame) {
        unread += frame.length();
        push(new Item(Kind.FRAME, frame, ""));
    }

    /** The other side has read a frame. */
    void wasRead(int bytes) {
        unread -= bytes;
        if (sourceWaits && 2 * unread <= network.settings().window()) {
            sourceWaits = false;
            // the news travels back like anything else
            source.in().push(new Item(Kind.WRITABLE, null, ""));
        }
    }

    void end(String reason, Rest rest) {
        if (rest == Rest.IS_LOST) {
            discard();
        }
        push(new Item(Kind.CLOSE, null, reason));
        ending = true;
    }

    /** Nothing comes out any more. */
    void ignore() {
        flow = flow == Flow.BLACK_HOLE ? flow : Flow.GONE;
        discard();
    }

    /** Nothing comes out any more, and nobody will say so. */
    void blackHole() {
        flow = Flow.BLACK_HOLE;
        discard();
    }

    private void discard() {
        for (Item item : underWay) {
            if (item.frame != null) {
                item.frame.release();
            }
        }
        underWay.clear();
    }

    private void push(Item item) {
        if (flow != Flow.OPEN || ending) {
            if (item.frame != null) {
                item.frame.release();
            }
            if (flow == Flow.GONE && !ending && network.reaches(from(), to())) {
                network.after(network.travel().plus(network.travel()), () -> source.down("connection reset"));
            }
            return;
        }
        long start = Math.max(network.clock().nanos(), wireFree);
        wireFree = start + network.transmission(item.frame == null ? 0 : item.frame.length());
        schedule(item, wireFree + network.travel().toNanos());
        underWay.add(item);
    }

    private void schedule(Item item, long earliest) {
        item.due = Math.max(lastDue, earliest);
        lastDue = item.due;
        network.at(item.due, this::arrive);
    }

    /** What was held up by a partition goes on. */
    void resume() {
        if (!underWay.isEmpty()) {
            network.after(network.travel(), this::arrive);
        }
    }

    private void arrive() {
        long now = network.clock().nanos();
        while (!underWay.isEmpty() && underWay.element().due <= now && network.reaches(from(), to())) {
            Item item = underWay.element();
            FrameFate fate = judge(item);
            if (fate.act() == FrameFate.Act.DELAY) {
                schedule(item, now + fate.by().toNanos());
                return;
            }
            underWay.remove();
            deliver(item, fate);
        }
    }

    private FrameFate judge(Item item) {
        if (item.frame == null || item.judged) {
            return FrameFate.PASS;
        }
        item.judged = true;
        return network.judge(new Passage(from().address(), to().address(), item.frame.buffer()));
    }

    private void deliver(Item item, FrameFate fate) {
        network.note(item.kind.name(), from(), to(), item.frame == null ? 0 : item.frame.length());
        switch (item.kind) {
            case OPEN -> target.owner.opened(target);
            case CLOSE -> {
                ignore();
                target.down(item.reason);
                target.out().ignore();
            }
            case WRITABLE -> target.owner.tellWritable(target);
            case FRAME -> deliverFrame(Objects.requireNonNull(item.frame), fate);
        }
    }

    private void deliverFrame(SimFrame frame, FrameFate fate) {
        switch (fate.act()) {
            case LOSE -> {
                wasRead(frame.length());
                frame.release();
            }
            case BREAK_BEFORE -> {
                frame.release();
                network.sever(source, "broken before a frame");
            }
            case BREAK_AFTER -> {
                target.owner.tellFrame(target, frame);
                network.sever(source, "broken after a frame");
            }
            case REPEAT -> {
                SimFrame twin = frame.again();
                target.owner.tellFrame(target, frame);
                unread += twin.length();
                target.owner.tellFrame(target, twin);
            }
            case REPLACE -> {
                SimFrame other = frame.with(fate.bytes());
                unread += other.length() - frame.length();
                frame.release();
                target.owner.tellFrame(target, other);
            }
            case PASS, DELAY -> target.owner.tellFrame(target, frame);
        }
    }
}
