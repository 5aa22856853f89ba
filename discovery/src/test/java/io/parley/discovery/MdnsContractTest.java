package io.parley.discovery;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Discovery;
import io.parley.core.spi.DiscoveryContext;
import io.parley.testkit.contract.DiscoveryContract;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** On 127.0.0.1, under a type of service of its own: nothing leaves the host. */
class MdnsContractTest extends DiscoveryContract {
    private final String type =
            "_t" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36) + "._tcp";

    @Override
    protected Discovery open(DiscoveryContext context) {
        return Mdns.loopback().type(type).open(context);
    }

    @Override
    protected Endpoint address(int port) {
        return Endpoint.parse("tcp://127.0.0.1:" + port);
    }

    @Override
    protected boolean await(BooleanSupplier condition, Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(5_000_000); // it is JmDNS that has to do something
        }
        return condition.getAsBoolean();
    }
}
