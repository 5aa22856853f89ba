package io.parley.transport.internal.jeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.Endpoint;
import io.parley.core.spi.TransportProvider;
import io.parley.transport.internal.guard.NumericAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses are taken, and what is said of the others. */
@Timeout(30)
class AddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ipc:///tmp/parley",
                "udp://127.0.0.1:7700",
                "tcp://localhost:7700",
                "tcp://no-such-host.invalid:7700",
                "tcp://256.1.1.1:7700",
                "tcp://1.2.3:7700",
            })
    void shouldRefuseWhatIsNotNumeric(String text) {
        Endpoint endpoint = Endpoint.parse(text);
        try (Party a = Party.open("a")) {
            long start = System.nanoTime();
            ParleyException dial = assertThrows(ParleyException.class, () -> a.transport.dial(endpoint));
            ParleyException bind = assertThrows(ParleyException.class, () -> a.transport.bind(endpoint));

            assertEquals(ErrorCode.ADDRESS_UNUSABLE, dial.code());
            assertEquals(ErrorCode.ADDRESS_UNUSABLE, bind.code());
            assertTrue(dial.getMessage().contains(endpoint.toString()), dial.getMessage());
            assertTrue(System.nanoTime() - start < 1_000_000_000L, "a name was looked up");
        }
    }

    @Test
    void shouldSayWhyThereIsNoIpc() {
        try (Party a = Party.open("a")) {
            Endpoint ipc = Endpoint.parse("ipc:///tmp/parley");
            ParleyException e = assertThrows(ParleyException.class, () -> a.transport.bind(ipc));
            assertTrue(e.getMessage().contains("use tcp://127.0.0.1"), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://*:7700", "tcp://127.0.0.1:0"})
    void shouldRefuseToDialAWildcard(String text) {
        try (Party a = Party.open("a")) {
            ParleyException e = assertThrows(ParleyException.class, () -> a.transport.dial(Endpoint.parse(text)));
            assertEquals(ErrorCode.ADDRESS_UNUSABLE, e.code());
        }
    }

    @Test
    void shouldTellAPortInUseFromAnAddressOfAnotherHost() {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Endpoint taken = a.transport.bind(Party.ANY);
            ParleyException inUse = assertThrows(ParleyException.class, () -> b.transport.bind(taken));
            assertEquals(ErrorCode.ADDRESS_IN_USE, inUse.code());
            ParleyException foreign =
                    assertThrows(ParleyException.class, () -> b.transport.bind(Endpoint.parse("tcp://192.0.2.1:0")));
            assertEquals(ErrorCode.ADDRESS_UNUSABLE, foreign.code());
        }
    }

    @Test
    void shouldListenOnEveryInterface() {
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Endpoint.parse("tcp://*:0"));
            assertEquals("*", at.host());
            Party.connect(a, b, at.withHost("127.0.0.1"));
        }
    }

    @Test
    void shouldSpeakIpv6() throws SocketException {
        boolean there = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
        Assumptions.assumeTrue(there, "no IPv6 here");
        try (Party a = Party.open("a");
                Party b = Party.open("b")) {
            Endpoint at = b.transport.bind(Endpoint.parse("tcp://[::1]:0"));
            Party.Pair pair = Party.connect(a, b, at);
            Endpoint remote = Endpoint.parse("tcp://" + pair.accepting().remoteAddress());
            assertTrue(NumericAddress.toDial(remote).getAddress().isLoopbackAddress());
            b.transport.drop(pair.accepting());
            Party.await("down", () -> a.down.size() == 1 && b.down.size() == 1, a, b);
        }
    }

    @Test
    void shouldGiveEachConnectionToOneAddressANameOfItsOwn() throws java.net.UnknownHostException {
        var address = new java.net.InetSocketAddress(InetAddress.getByName("10.1.2.3"), 77);
        assertEquals("tcp://10.1.2.3:77", NumericAddress.canonical(address));
        assertEquals("tcp://10.1.2.3:00077", NumericAddress.alias(address, 3));
    }

    @Test
    void shouldBeFoundAsAService() {
        TransportProvider found = ServiceLoader.load(TransportProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.name().equals("zmq"))
                .findAny()
                .orElseThrow();
        assertEquals(10, found.priority());
    }
}
