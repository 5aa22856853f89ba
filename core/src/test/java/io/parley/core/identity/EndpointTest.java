package io.parley.core.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @ParameterizedTest
    @ValueSource(strings = {"tcp://10.0.0.5:7700", "tcp://[::1]:7700", "tcp://host.local:0", "ipc:///run/x.sock"})
    void shouldReadWhatItWrites(String text) {
        assertEquals(text, Endpoint.parse(text).toString());
    }

    @Test
    void shouldReadParts() {
        assertEquals(new Endpoint("tcp", "::1", 7700), Endpoint.parse("tcp://[::1]:7700"));
        assertEquals(new Endpoint("tcp", "*", 0), Endpoint.parse("tcp://*:*"));
        assertEquals(new Endpoint("tcp", "h", 65_535), Endpoint.parse("tcp://h:65535"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tcp",
                "://a:1",
                "tcp://",
                "tcp://a",
                "tcp://:7700",
                "tcp://a:",
                "tcp://a:-1",
                "tcp://a:+1",
                "tcp://a:65536",
                "tcp://a:99999999999",
                "tcp://a:x",
                "tcp://a:٣",
                "tcp://::1:7700",
                "tcp://[]:7700",
                "ipc://"
            })
    void shouldRefuseWhatIsNoAddressAndShowOne(String text) {
        ParleyException refused = assertThrows(ParleyException.class, () -> Endpoint.parse(text));

        assertEquals(ErrorCode.INVALID_ARGUMENT, refused.code());
        assertTrue(refused.getMessage().startsWith("address '" + text + "', expected tcp://HOST:PORT, for example"));
    }

    @Test
    void shouldKnowWildcards() {
        assertTrue(Endpoint.parse("tcp://*:1").isWildcard());
        assertTrue(Endpoint.parse("tcp://0.0.0.0:1").isWildcard());
        assertTrue(Endpoint.parse("tcp://[::]:1").isWildcard());
        assertFalse(Endpoint.parse("tcp://[::1]:1").isWildcard());
    }

    @Test
    void shouldExchangeParts() {
        Endpoint any = Endpoint.parse("tcp://*:*");
        assertEquals(
                "tcp://[fe80::1]:7700", any.withHost("fe80::1").withPort(7700).toString());
    }
}
