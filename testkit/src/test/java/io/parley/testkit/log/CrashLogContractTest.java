package io.parley.testkit.log;

import io.parley.core.log.Log;
import io.parley.testkit.contract.LogContract;

final class CrashLogContractTest extends LogContract {
    @Override
    protected Log open(long capacity) {
        return new CrashLog(Flush.ALWAYS, 1, capacity);
    }

    @Override
    protected void makeVisible(Log log) {
        ((CrashLog) log).force();
    }
}
