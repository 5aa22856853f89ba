package io.parley.reliability.internal.journal;

import io.parley.core.spi.Storage;
import io.parley.testkit.contract.StorageContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileStorageContractTest extends StorageContract {
    @TempDir
    Path directory;

    @Override
    protected Storage open() {
        return FileStorage.in(directory.resolve("data"));
    }
}
