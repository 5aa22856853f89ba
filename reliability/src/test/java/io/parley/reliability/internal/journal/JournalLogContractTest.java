package io.parley.reliability.internal.journal;

import io.parley.core.channel.Flush;
import io.parley.core.log.Log;
import io.parley.testkit.contract.LogContract;
import io.parley.testkit.log.FaultyStorage;

class JournalLogContractTest extends LogContract {
    @Override
    protected Log open(long capacity) {
        FaultyStorage storage = new FaultyStorage(64 << 20);
        return new JournalLog(new Recovery(storage, "topic.a"), Flush.ALWAYS, 1, capacity);
    }

    @Override
    protected void makeVisible(Log log) {
        ((JournalLog) log).commit();
        ((JournalLog) log).tidy();
    }
}
