package io.parley.testkit;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Discovery;
import io.parley.core.spi.DiscoveryContext;
import io.parley.testkit.contract.DiscoveryContract;
import io.parley.testkit.discovery.SimAir;
import io.parley.testkit.net.SimHost;
import io.parley.testkit.net.SimNetwork;
import io.parley.testkit.seeded.SeededEntropy;
import java.time.Duration;
import java.util.function.BooleanSupplier;

class SimAirTest extends DiscoveryContract {
    private final SimNetwork network = SimNetwork.seeded(5);
    private final SimHost host = network.host("10.0.0.1");
    private final SimAir air = new SimAir(network, new SeededEntropy(6));

    @Override
    protected Discovery open(DiscoveryContext context) {
        return air.provider(host).open(context);
    }

    @Override
    protected Endpoint address(int port) {
        return Endpoint.parse("tcp://10.0.0.1:" + port);
    }

    @Override
    protected boolean await(BooleanSupplier condition, Duration longest) {
        for (int i = 0; i < longest.toMillis() && !condition.getAsBoolean(); i++) {
            network.run(Duration.ofMillis(1));
        }
        return condition.getAsBoolean();
    }
}
