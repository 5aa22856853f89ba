package io.parley.transport.internal.jeromq;

import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportProvider;

/** Found by the ServiceLoader. */
public final class JeromqProvider implements TransportProvider {
    public JeromqProvider() {}

    @Override
    public String name() {
        return "zmq";
    }

    @Override
    public int priority() {
        return 10;
    }

    @Override
    public Transport open(TransportContext context) {
        return new JeromqTransport(context, Tuning.DEFAULT);
    }
}
