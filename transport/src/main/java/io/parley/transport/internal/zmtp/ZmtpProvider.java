package io.parley.transport.internal.zmtp;

import io.parley.core.spi.Transport;
import io.parley.core.spi.TransportContext;
import io.parley.core.spi.TransportProvider;

/** Makes {@link ZmtpTransport}s. */
public final class ZmtpProvider implements TransportProvider {
    private static final int PRIORITY = 20;

    /** For the service loader. */
    public ZmtpProvider() {}

    @Override
    public String name() {
        return "zmtp";
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public Transport open(TransportContext context) {
        return new ZmtpTransport(context);
    }
}
