package io.parley.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Filter;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.error.Category;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportProvider;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A wrong argument is refused where it is given, with the value and what to give instead. */
class ArgumentsTest {
    private static final Duration NEGATIVE = Duration.ofMillis(-5);

    @Test
    void shouldWantATransport() {
        ParleyException refused = assertThrows(
                ParleyException.class, () -> Node.builder("billing").open());

        assertEquals(ErrorCode.TRANSPORT_UNAVAILABLE, refused.code());
        assertEquals(Category.FIX_CONFIG, refused.category());
        assertEquals(
                "node 'billing' has no transport: add parley-transport to the class path, or call transport(...)",
                refused.getMessage());
    }

    @Test
    void shouldRefuseNamesOfNodesAndGroups() {
        String text = "='', expected 1 to 60 characters";
        refuses("name" + text, () -> builder("").open());
        refuses("group" + text, () -> builder("n").group("").open());
        String large = "x".repeat(61);
        refuses(
                "name='" + large + "', expected 1 to 60 characters",
                () -> builder(large).open());
    }

    @Test
    void shouldRefuseMoreAddressesThanAHelloCarries() {
        NodeBuilder builder = builder("n");
        for (int i = 0; i < 17; i++) {
            builder.listen("tcp://127.0.0.1:" + (7700 + i));
        }
        refuses("17 addresses to listen on, expected at most 16; leave some out", builder::open);
    }

    @Test
    void shouldRefuseLimits() {
        refuses(
                "linger=-5 ms, expected >= 0; use Duration.ZERO to drop unsent messages",
                () -> builder("n").linger(NEGATIVE));
        refuses(
                "maxPeers=0 maxChannels=1 maxReaders=1 maxHandlerThreads=1 maxReceipts=1, expected each >= 1",
                () -> new NodeLimits(Duration.ZERO, 0, 1, 1, 1, 1));
        assertEquals(
                Duration.ofSeconds(3),
                NodeLimits.DEFAULT.withLinger(Duration.ofSeconds(3)).linger());
    }

    @Test
    void shouldRefuseChannelsThatCannotBe() {
        refuses(
                "channel name 'a.b', expected 1 to 200 characters of A-Z a-z 0-9 _ -",
                () -> Topic.of("a.b", Codec.utf8()));
        refuses("channel name '', expected 1 to 200 characters of A-Z a-z 0-9 _ -", () -> ChannelId.checkName(""));
        assertEquals(
                "x".repeat(200), WorkQueue.of("x".repeat(200), Codec.utf8()).name());
        Topic<String> topic = Topic.of("t", Codec.utf8());
        refusesStart("capacity=1 bytes, expected at least ", () -> topic.capacity(1));
        refusesStart(
                "capacity=-1 bytes, expected at least ",
                () -> WorkQueue.of("q", Codec.utf8()).capacity(-1));
        refuses(
                "codec name '" + "ü".repeat(51) + "', expected 1 to 100 bytes of UTF-8",
                () -> new ChannelSettings.Schema("ü".repeat(51), 1));
        refuses("codec name '', expected 1 to 100 bytes of UTF-8", () -> new ChannelSettings.Schema("", 1));
    }

    @Test
    void shouldRefusePolicies() {
        refuses("timeout=PT-0.005S, expected >= 0; use fail() to never wait", () -> Overflow.block(NEGATIVE));
        refuses("maxLag=PT-0.005S, expected >= 0", () -> Laggards.evictAfter(NEGATIVE));
        refuses("last(-1), expected >= 0", () -> Start.last(-1));
        refusesStart("maxAttempts=0 maxDeaths=5", () -> new RetryPolicy(0, 5, Duration.ZERO, Duration.ZERO));
        refusesStart("maxAttempts=1 maxDeaths=0", () -> new RetryPolicy(1, 0, Duration.ZERO, Duration.ZERO));
        refusesStart("maxAttempts=1 maxDeaths=1", () -> new RetryPolicy(1, 1, NEGATIVE, Duration.ZERO));
        refusesStart("maxAttempts=1", () -> new RetryPolicy(1, 1, Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }

    @Test
    void shouldPauseLongerAndLongerWithinTheLongestPause() {
        RetryPolicy policy = new RetryPolicy(9, 9, Duration.ofNanos(100), Duration.ofNanos(500));
        assertEquals(100, policy.pauseNanos(1));
        assertEquals(200, policy.pauseNanos(2));
        assertEquals(400, policy.pauseNanos(3));
        assertEquals(500, policy.pauseNanos(4));
        assertEquals(500, policy.pauseNanos(Integer.MAX_VALUE));
        assertEquals(0, new RetryPolicy(1, 1, Duration.ZERO, Duration.ofDays(1)).pauseNanos(100));
    }

    @Test
    void shouldRefuseMessagesThatCannotBe() {
        Outgoing<String> message = Outgoing.of("v");
        refuses("ttl=PT0S, expected > 0", () -> message.ttl(Duration.ZERO));
        refuses("ttl=PT-0.005S, expected > 0", () -> message.ttl(NEGATIVE));
        refuses("key of 4097 characters, expected at most 4096", () -> message.key("x".repeat(4_097)));
        refuses("header name of 4097 characters, expected at most 4096", () -> message.header("x".repeat(4_097), ""));
        refuses("header h of 4097 characters, expected at most 4096", () -> message.header("h", "x".repeat(4_097)));
        Outgoing<String> many = message;
        for (int i = 0; i < 64; i++) {
            many = many.header("h" + i, "");
        }
        Outgoing<String> full = many;
        refuses("65 headers, expected at most 64", () -> full.header("more", ""));
        assertEquals(64, full.header("h0", "again").headers().size());
        assertThrows(UnsupportedOperationException.class, () -> full.headers().put("h", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "a.", ".a", "a..b", "*", "a.#"})
    void shouldRefuseSubjects(String suffix) {
        refuses(
                "subject '" + suffix + "', expected at most 255 characters, tokens separated by dots, without * and #",
                () -> Outgoing.of("v").subject(suffix));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "a.", ".a", "a..b", "a*", "#.a", "a.#.b", "a.b#", "**"})
    void shouldRefuseFilters(String filter) {
        refuses(
                "filter '" + filter + "', expected tokens separated by dots, * for one token, # only at the end",
                () -> Topic.of("t", Codec.utf8()).matching(filter));
    }

    @Test
    void shouldRefuseLongFilters() {
        refuses("filter of 256 characters, expected at most 255", () -> new Filter("x".repeat(256)));
    }

    @Test
    void shouldRefuseReaders() {
        refusesStart(
                "channel name 'a b', expected 1 to 200",
                () -> Topic.of("t", Codec.utf8()).reader("a b"));
        WorkQueue<String> queue = WorkQueue.of("q", Codec.utf8());
        refuses("concurrency=0, expected 1 to 1024", () -> queue.concurrency(0));
        refuses("concurrency=1025, expected 1 to 1024", () -> queue.concurrency(1_025));
        refuses("maxHandlerTime=PT0S, expected > 0", () -> queue.reader().maxHandlerTime(Duration.ZERO));
    }

    @Test
    void shouldChangeTheWaitingWithTheMode() {
        Topic<String> topic = Topic.of("t", Codec.utf8());
        assertEquals(Overflow.dropOldest(), topic.settings().overflow());
        assertEquals(Mode.RELIABLE, topic.reliable().settings().mode());
        assertEquals(
                Overflow.Action.BLOCK, topic.durable().settings().overflow().action());
        assertEquals(
                Overflow.fail(),
                topic.reliable().whenFull(Overflow.fail()).settings().overflow());
        assertEquals("topic t (DURABLE)", topic.durable().toString());
        assertEquals(
                "queue q (BEST_EFFORT)",
                WorkQueue.of("q", Codec.utf8()).bestEffort().toString());
    }

    private static NodeBuilder builder(String name) {
        return Node.builder(name).transport(new NeverOpened());
    }

    private static void refuses(String message, Executable call) {
        ParleyException refused = assertThrows(ParleyException.class, call);
        assertEquals(ErrorCode.INVALID_ARGUMENT, refused.code());
        assertEquals(message, refused.getMessage());
    }

    private static void refusesStart(String message, Executable call) {
        ParleyException refused = assertThrows(ParleyException.class, call);
        assertEquals(ErrorCode.INVALID_ARGUMENT, refused.code());
        assertTrue(refused.getMessage().startsWith(message), refused.getMessage());
    }

    private record NeverOpened() implements TransportProvider {
        @Override
        public String name() {
            return "never";
        }

        @Override
        public int priority() {
            return 0;
        }

        @Override
        public Transport open(TransportContext context) {
            throw new IllegalStateException("the arguments were to be refused before");
        }
    }
}
