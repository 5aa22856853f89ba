package io.parley.reliability.internal.protocol;

import io.parley.core.spi.InletSession;
import io.parley.core.spi.OutletSession;
import io.parley.core.wire.Ack;
import io.parley.core.wire.Attached;
import io.parley.core.wire.Credit;
import io.parley.core.wire.Gap;
import io.parley.core.wire.Renew;
import io.parley.core.wire.Settle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * One session on one link, as an engine would run it: numbers, credit, both directions in order, and encoded. Fails when
 * either side breaks a rule of sessions.
 */
final class Wire implements InletSession.AckPort {
    private static final int FRAME = 4 * 1024;

    private final OutletSession out;
    private final InletSession in;
    private final Deque<Object> down = new ArrayDeque<>();
    private final Deque<Object> up = new ArrayDeque<>();
    private Credit credit;
    private long next = 1;
    private long sentBytes;
    private long expected = 1;
    private boolean open = true;
    boolean repeatsAcks;

    Wire(OutletSession out, InletSession in, Credit credit, long now) {
        this.out = out;
        this.in = in;
        this.credit = credit;
        in.attached(new Attached(1, 1, 0, 1, 0, 1024 * 1024), now);
    }

    OutletSession out() {
        return out;
    }

    InletSession in() {
        return in;
    }

    boolean isOpen() {
        return open;
    }

    long sent() {
        return next - 1;
    }

    /** Sends one frame if there is something to send; returns whether it did. */
    boolean send(long now) {
        if (!open || !out.hasMore() || next > credit.number() || sentBytes >= credit.bytes()) {
            return false;
        }
        int records = (int) Math.min(1_000, credit.number() - next + 1);
        int bytes = (int) Math.min(FRAME, credit.bytes() - sentBytes);
        FakeFiller filler = new FakeFiller(next, records, bytes);
        out.fill(filler, now);
        if (filler.items() == 0) {
            return false;
        }
        next += filler.items();
        sentBytes += filler.bytes();
        down.add(filler.gap() == null ? filler.frame(now / 1_000_000) : filler.gap());
        return true;
    }

    /** The next frame arrives; returns whether there was one. */
    boolean arrive(long now) {
        Object frame = down.poll();
        if (frame instanceof Gap gap) {
            Gap read = Gap.decode(gap.encode());
            expect(read.number(), 1);
            in.gap(read, now);
        } else if (frame instanceof HeapFrame data) {
            ByteBuffer b = data.buffer();
            expect(io.parley.core.wire.DataHead.firstNumber(b), io.parley.core.wire.DataHead.count(b));
            in.data(data, now);
        }
        return frame != null;
    }

    private void expect(long first, long count) {
        if (first != expected) {
            throw new AssertionError("number " + first + " where " + expected + " was due");
        }
        expected += count;
    }

    /** The next answer arrives; returns whether there was one. */
    boolean answer(long now) {
        Object frame = up.poll();
        if (frame instanceof Ack ack) {
            if (ack.processed() >= next || ack.started() >= next) {
                throw new AssertionError("acknowledged what was not sent: " + ack);
            }
            credit = credit.max(ack.credit());
            out.acked(ack, now);
            if (repeatsAcks) {
                out.acked(ack, now);
            }
        } else if (frame instanceof Settle settle) {
            out.settled(Settle.decode(settle.encode()), now);
        } else if (frame instanceof Renew renew) {
            out.renewed(Renew.decode(renew.encode()), now);
        }
        return frame != null;
    }

    /** The answers that have not arrived yet. */
    Deque<Object> answers() {
        return up;
    }

    /** Everything in both directions arrives, again and again until nothing moves. */
    boolean flow(long now) {
        boolean moved = false;
        boolean moves = open;
        while (moves) {
            moves = send(now);
            moves |= arrive(now);
            moves |= answer(now);
            moves &= open;
            moved |= moves;
        }
        return moved;
    }

    /** The link breaks: what is on its way is lost. */
    void cut(long now) {
        cut(OutletSession.Ending.LINK_DOWN, now);
    }

    void cut(OutletSession.Ending ending, long now) {
        if (open) {
            open = false;
            down.forEach(f -> {
                if (f instanceof HeapFrame data) {
                    data.release();
                }
            });
            down.clear();
            up.clear();
            out.ended(ending, now);
            in.ended(ending, now);
        }
    }

    @Override
    public void ack(long processed, List<Ack.Range> ranges, long started, Credit newCredit) {
        up.add(Ack.decode(new Ack(1, processed, ranges, started, newCredit).encode()));
    }

    @Override
    public void settle(List<Settle.Item> items) {
        up.add(new Settle(1, items));
    }

    @Override
    public void renew(List<Long> leases, int extensionMillis) {
        up.add(new Renew(1, extensionMillis, leases));
    }

    @Override
    public boolean writable() {
        return open;
    }
}
