package io.parley.transport.plain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.parley.core.codec.Codec;
import io.parley.core.identity.Endpoint;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every pattern with libzmq, in both directions, with either side listening; small, large and of several frames. */
@Timeout(60)
class PatternsTest {
    private static final String MESSAGES = "5,0,1,300+5+7,10485760,4+0+0+2000000";
    private static final PlainSettings LARGE =
            PlainSettings.DEFAULT.maxMessage(16 << 20).queueBytes(64 << 20);
    private static final String ANY = "tcp://127.0.0.1:*";

    /** Who listens. */
    enum Side {
        OURS,
        THEIRS;

        /** Opens ours and theirs in the right order. */
        <S extends PlainSocket> Pair<S> open(PlainPlan<S> plan, String type, String role, String spec)
                throws Exception {
            if (this == OURS) {
                S ours = plan.with(LARGE).bind(ANY);
                Endpoint at = ours.endpoints().get(0);
                return new Pair<>(ours, ZmqProgram.start(type, "connect", at.toString(), role, spec, "any=1"));
            }
            ZmqProgram program = ZmqProgram.start(type, "bind", ANY, role, spec, "any=1");
            return new Pair<>(plan.with(LARGE).connect(program.endpoint), program);
        }
    }

    record Pair<S extends PlainSocket>(S ours, ZmqProgram program) implements AutoCloseable {
        @Override
        public void close() throws Exception {
            program.close();
            ours.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldPublishToSub(Side side) throws Exception {
        try (Gathering at = new Gathering();
                Pair<PlainPublisher<byte[]>> pair =
                        side.open(PlainZmq.publisher(at.node, Codec.bytes()), "SUB", "collect", MESSAGES)) {
            pair.ours().awaitSubscribers(1, Gathering.PATIENCE);
            ZmqProgram.messages(MESSAGES).forEach(pair.ours()::sendFrames);
            pair.program().assertContent();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSubscribeToPub(Side side) throws Exception {
        try (Gathering at = new Gathering();
                Pair<PlainSubscriber> pair = side.open(
                        PlainZmq.subscriber(at.node, Codec.bytes(), m -> at.take(m.frames())),
                        "PUB",
                        "repeat",
                        MESSAGES)) {
            pair.ours().subscribe("");
            at.awaitAll(MESSAGES);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldPushToPull(Side side) throws Exception {
        try (Gathering at = new Gathering();
                Pair<PlainPusher<byte[]>> pair =
                        side.open(PlainZmq.pusher(at.node, Codec.bytes()), "PULL", "collect", MESSAGES)) {
            ZmqProgram.messages(MESSAGES).forEach(pair.ours()::sendFrames);
            pair.program().assertContent();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldPullFromPush(Side side) throws Exception {
        try (Gathering at = new Gathering();
                Pair<PlainSocket> pair = side.open(
                        PlainZmq.puller(at.node, Codec.bytes(), m -> at.take(m.frames())), "PUSH", "send", MESSAGES)) {
            at.awaitAll(MESSAGES);
            pair.program().assertContent();
        }
    }

    @ParameterizedTest
    @CsvSource({"OURS,REP", "THEIRS,REP", "OURS,ROUTER", "THEIRS,ROUTER"})
    void shouldRequest(Side side, String type) throws Exception {
        try (Gathering at = new Gathering();
                Pair<PlainRequester<byte[], byte[]>> pair =
                        side.open(PlainZmq.requester(at.node, Codec.bytes(), Codec.bytes()), type, "echo", "")) {
            for (int size : new int[] {1, 0, 10 << 20}) {
                byte[] request = new byte[size];
                assertArrayEquals(request, pair.ours().request(request).get(20, TimeUnit.SECONDS));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"OURS,REQ", "THEIRS,REQ", "OURS,DEALER", "THEIRS,DEALER"})
    void shouldReply(Side side, String type) throws Exception {
        try (Gathering at = new Gathering();
                Pair<PlainSocket> pair = side.open(
                        PlainZmq.replier(at.node, Codec.bytes(), Codec.bytes(), request -> request),
                        type,
                        "ask",
                        "5,0,10485760,7")) {
            pair.program().assertContent();
        }
    }

    @ParameterizedTest
    @CsvSource({"OURS,ROUTER", "THEIRS,ROUTER", "OURS,DEALER", "THEIRS,DEALER"})
    void shouldDeal(Side side, String type) throws Exception {
        try (Gathering at = new Gathering();
                Pair<PlainDealer> pair =
                        side.open(PlainZmq.dealer(at.node, m -> at.take(m.frames())), type, "echo", "")) {
            ZmqProgram.messages(MESSAGES).forEach(pair.ours()::sendFrames);
            at.awaitAll(MESSAGES);
        }
    }

    @ParameterizedTest
    @CsvSource({"OURS,REQ", "THEIRS,REQ", "OURS,DEALER", "THEIRS,DEALER"})
    void shouldRoute(Side side, String type) throws Exception {
        try (Gathering at = new Gathering()) {
            PlainRouter[] router = new PlainRouter[1];
            PlainPlan<PlainRouter> plan = PlainZmq.router(at.node, (from, frames) -> {
                at.await("the router", () -> router[0] != null);
                router[0].send(from, List.copyOf(frames));
            });
            // the plan's handler needs the socket that it is opened with
            PlainPlan<PlainRouter> known = new PlainPlan<>(
                    LARGE, settings -> router[0] = plan.with(settings).bind());
            try (Pair<PlainRouter> pair = side.open(known, type, "ask", MESSAGES)) {
                pair.program().assertContent();
            }
        }
    }
}
