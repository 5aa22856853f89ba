package io.parley.testkit.net;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Clock;
import io.parley.core.spi.TransportProvider;
import io.parley.testkit.contract.TransportContract;
import java.time.Duration;

final class SimTransportContractTest extends TransportContract {
    private final SimNetwork network = SimNetwork.seeded(Long.getLong("parley.seed", 1));
    private final SimHost host = network.host("10.0.0.1");

    @Override
    protected TransportProvider provider() {
        return host.provider();
    }

    @Override
    protected Endpoint listenEndpoint() {
        return Endpoint.parse("tcp://10.0.0.1:0");
    }

    @Override
    protected Endpoint closedEndpoint() {
        return Endpoint.parse("tcp://10.0.0.1:9");
    }

    @Override
    protected Endpoint silentEndpoint() {
        network.host("10.0.0.2").answerDials(SimHost.Dials.IGNORED);
        return Endpoint.parse("tcp://10.0.0.2:7700");
    }

    @Override
    protected Clock clock() {
        return network.clock();
    }

    @Override
    protected void after(Duration delay, Runnable action) {
        network.after(delay, action);
    }

    @Override
    protected long mostUnread() {
        return 2L * SimSettings.lan().window();
    }
}
