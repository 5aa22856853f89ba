package io.parley.transport.internal.zmtp;

import io.parley.core.spi.TransportProvider;
import io.parley.testkit.contract.TransportContract;
import io.parley.transport.Zmtp;

class ZmtpContractTest extends TransportContract {
    @Override
    protected TransportProvider provider() {
        return Zmtp.transport();
    }
}
