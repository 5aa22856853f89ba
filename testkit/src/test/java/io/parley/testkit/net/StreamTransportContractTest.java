package io.parley.testkit.net;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportProvider;
import io.parley.testkit.contract.TransportContract;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

final class StreamTransportContractTest extends TransportContract {
    private final SimNetwork time = SimNetwork.seeded(Long.getLong("parley.seed", 1));
    private final Map<Integer, StreamTransport> ports = new HashMap<>();

    @Override
    protected TransportProvider provider() {
        return new TransportProvider() {
            @Override
            public String name() {
                return "stream";
            }

            @Override
            public int priority() {
                return 0;
            }

            @Override
            public Transport open(TransportContext context) {
                return new StreamTransport(time, ports, context);
            }
        };
    }

    @Override
    protected Endpoint listenEndpoint() {
        return new Endpoint("tcp", StreamTransport.HOST, 0);
    }

    @Override
    protected Endpoint closedEndpoint() {
        return listenEndpoint().withPort(9);
    }

    @Override
    protected Endpoint silentEndpoint() {
        return listenEndpoint().withPort(StreamTransport.SILENT_PORT);
    }

    @Override
    protected Clock clock() {
        return time.clock();
    }

    @Override
    protected void after(Duration delay, Runnable action) {
        time.after(delay, action);
    }
}
