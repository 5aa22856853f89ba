package io.parley.testkit.log;

import io.parley.core.spi.Storage;
import io.parley.testkit.contract.StorageContract;

class FaultyStorageContractTest extends StorageContract {
    private final FaultyStorage disk = new FaultyStorage(1 << 20);

    @Override
    protected Storage open() {
        return disk;
    }
}
