package io.parley.transport.internal.jeromq;

import io.parley.core.spi.TransportProvider;
import io.parley.testkit.contract.TransportContract;
import io.parley.transport.Zmq;

/** That JeroMQ's transport is one. */
class JeromqTransportTest extends TransportContract {
    @Override
    protected TransportProvider provider() {
        return Zmq.transport();
    }
}
