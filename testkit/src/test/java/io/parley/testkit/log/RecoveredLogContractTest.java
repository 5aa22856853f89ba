package io.parley.testkit.log;

import io.parley.core.log.Log;
import io.parley.testkit.contract.LogContract;
import io.parley.testkit.seeded.SeededEntropy;

/** A log that was opened after a crash in which nothing was kept is as good as a new one. */
final class RecoveredLogContractTest extends LogContract {
    @Override
    protected Log open(long capacity) {
        return new CrashLog(Flush.OS, 1, capacity).crash(Crash.POWER_CUT, 2, new SeededEntropy(1));
    }

    @Override
    protected void makeVisible(Log log) {
        ((CrashLog) log).write();
    }
}
