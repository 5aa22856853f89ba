package io.parley.core.internal.engine;

import io.parley.core.Peer;
import io.parley.core.channel.ServiceSettings;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import io.parley.core.internal.service.Ask;
import io.parley.core.internal.service.Asker;
import io.parley.core.internal.service.Transfer;
import io.parley.core.wire.Cancel;
import io.parley.core.wire.Offer;
import io.parley.core.wire.Request;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A request on its way: the link between the state machine, the wire, and whoever waits. Ends once, on any thread. */
final class PendingRequest implements Asker, Services.Unfinished {
    private final Engine engine;
    private final ByteBuffer frame;
    private final Predicate<Offer.Entry> fits;
    private final Ending ending;
    private final Ask ask;
    private final AtomicBoolean ended = new AtomicBoolean();
    private @Nullable Transfer transfer;

    /** Whoever waits. Told on the loop, or when the loop is over on another thread; must not wait. */
    interface Ending {
        /** Exactly one of the two is there. */
        void ended(@Nullable ByteBuffer payload, @Nullable ParleyException failure);
    }

    /**
     * What is asked.
     *
     * @param settings of the service
     * @param target the only one to be asked; null for any
     * @param deadline in nanoseconds of the loop's clock
     * @param frame the REQUEST, not yet addressed
     * @param fits whether the codecs of both sides fit
     */
    record Question(
            ServiceSettings settings,
            @Nullable NodeId target,
            long deadline,
            ByteBuffer frame,
            Predicate<Offer.Entry> fits) {}

    PendingRequest(Engine engine, Question question, Ending ending) {
        this.engine = engine;
        this.ending = ending;
        frame = question.frame();
        fits = question.fits();
        ServiceSettings settings = question.settings();
        ask = new Ask(
                new Ask.Wish(settings.id().name(), question.target(), question.deadline(), settings.repeat()), this);
    }

    /** Begins. Any thread. */
    void submit() {
        engine.services().pending().add(this);
        engine.run(() -> {
            if (!ended.get()) {
                engine.services().submit(ask);
            }
        });
    }

    /** Nobody waits any more. Any thread; without effect when it has ended. */
    void cancel() {
        if (ended.compareAndSet(false, true)) {
            engine.services().pending().remove(this);
            engine.run(() -> engine.services().requests().cancel(ask));
        }
    }

    @Override
    public void abandon() {
        failed(ErrorCode.CLOSED, "node '" + engine.self().name() + "' is closed");
    }

    @Override
    public boolean fits(Offer.Entry offer) {
        return fits.test(offer);
    }

    @Override
    public boolean suspects(NodeId replier) {
        PeerState peer = engine.membership().peer(replier);
        return peer != null && peer.state() == Peer.State.SUSPECT;
    }

    @Override
    public boolean sent() {
        return transfer == null || transfer.sent();
    }

    @Override
    public void send(NodeId replier, long correlation, long nanosLeft, int attempt) {
        transfer = null;
        LinkState link = link(replier);
        if (link == null) {
            return;
        }
        if (Transfer.isLarge(frame.remaining())) {
            Transfer sending = Transfer.of(frame, correlation, attempt, engine.now() + nanosLeft);
            transfer = sending;
            engine.services().transfers().send(link, sending);
        } else {
            int millis = Transfer.millisLeft(nanosLeft);
            engine.control(link, Request.address(frame, correlation, millis, attempt));
        }
    }

    @Override
    public void stop(NodeId replier) {
        Transfer sending = transfer;
        LinkState link = sending == null || sending.sent() ? null : link(replier);
        if (sending != null && link != null) {
            link.transfers().remove(sending);
        }
    }

    @Override
    public void cancel(NodeId replier, long correlation) {
        stop(replier);
        LinkState link = link(replier);
        if (link != null) {
            engine.services().transfers().unwanted(link, correlation);
            engine.control(link, new Cancel(correlation).encode());
        }
    }

    private @Nullable LinkState link(NodeId replier) {
        PeerState peer = engine.membership().peer(replier);
        return peer == null ? null : peer.link();
    }

    @Override
    public void answered(NodeId by, ByteBuffer payload) {
        end(payload, null);
    }

    @Override
    public void failed(ErrorCode code, String text) {
        end(null, new ParleyException(code, text));
    }

    private void end(@Nullable ByteBuffer payload, @Nullable ParleyException failure) {
        if (ended.compareAndSet(false, true)) {
            engine.services().pending().remove(this);
            ending.ended(payload, failure);
        }
    }
}
