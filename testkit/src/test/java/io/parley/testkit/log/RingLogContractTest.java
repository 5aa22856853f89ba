package io.parley.testkit.log;

import io.parley.core.log.BlockPool;
import io.parley.core.log.Log;
import io.parley.core.log.RingLog;
import io.parley.testkit.contract.LogContract;

final class RingLogContractTest extends LogContract {
    @Override
    protected Log open(long capacity) {
        return new RingLog(capacity, new BlockPool(8));
    }
}
