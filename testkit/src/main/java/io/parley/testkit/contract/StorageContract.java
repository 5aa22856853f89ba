package io.parley.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Storage;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Storage} must do. A test class that extends it and opens storages runs all of it. */
@Timeout(60)
public abstract class StorageContract {
    /** Begins a contract test. */
    protected StorageContract() {}

    /** Opens the directory of this test, which is empty at first; again, when it is open already. */
    protected abstract Storage open();

    private static ByteBuffer bytes(int... values) {
        ByteBuffer b = ByteBuffer.allocate(values.length);
        for (int value : values) {
            b.put((byte) value);
        }
        return b.flip();
    }

    @Test
    void shouldMakeFilesOfZeros() {
        try (Storage storage = open()) {
            Storage.File file = storage.create("a", 10_000);

            assertEquals(10_000, file.size());
            assertEquals(ByteBuffer.allocate(10_000), file.view());
            assertEquals(List.of("a"), storage.list());
        }
    }

    @Test
    void shouldShowWritesInAViewThatWasTakenBefore() {
        try (Storage storage = open()) {
            Storage.File file = storage.create("a", 100);
            ByteBuffer view = file.view();

            file.write(bytes(1, 2, 3), 97);

            assertEquals(bytes(1, 2, 3), view.slice(97, 3));
            assertTrue(view.isReadOnly());
            assertEquals(java.nio.ByteOrder.LITTLE_ENDIAN, view.order());
        }
    }

    @Test
    void shouldReadWhatIsAtAPlace() {
        try (Storage storage = open()) {
            Storage.File file = storage.create("a", 100);
            file.write(bytes(1, 2, 3), 97);
            ByteBuffer into = ByteBuffer.allocate(10).position(2).limit(5);

            file.read(into, 96);

            assertEquals(5, into.position());
            assertEquals(bytes(0, 0, 0, 1, 2), into.slice(0, 5));
            assertThrows(IndexOutOfBoundsException.class, () -> file.read(ByteBuffer.allocate(4), 97));
        }
    }

    @Test
    void shouldMoveAFileIntoADirectoryThatIsMissing() {
        try (Storage storage = open()) {
            storage.create("a", 10).write(bytes(7), 0);

            storage.rename("a", "aside/a");

            assertEquals(List.of(), storage.list());
            assertEquals(7, storage.open("aside/a").view().get(0));
        }
    }

    @Test
    void shouldGiveAViewOfAFileThatWasClosed() {
        try (Storage storage = open()) {
            Storage.File file = storage.create("a", 10);
            file.write(bytes(7), 0);

            file.close();
            storage.rename("a", "b");

            assertEquals(7, file.view().get(0));
        }
    }

    @Test
    void shouldRefuseToWriteBeyondTheEnd() {
        try (Storage storage = open()) {
            Storage.File file = storage.create("a", 100);

            assertThrows(IndexOutOfBoundsException.class, () -> file.write(bytes(1, 2, 3), 98));
            assertEquals(100, file.size());
        }
    }

    @Test
    void shouldFindFilesAgainByTheirLastNames() {
        try (Storage storage = open()) {
            storage.create("a", 10).write(bytes(7), 0);
            storage.create("b", 20);
            storage.create("kept/c", 30);
            storage.rename("a", "b");
            storage.forceDirectory();
        }
        try (Storage storage = open()) {
            assertEquals(List.of("b"), storage.list());
            assertEquals(bytes(7), storage.open("b").view().slice(0, 1));
            storage.delete("b");
            storage.delete("b");
            assertEquals(List.of(), storage.list());
            assertThrows(ParleyException.class, () -> storage.open("b"));
        }
    }

    @Test
    void shouldKeepAViewReadableWhenItsFileIsGone() {
        try (Storage storage = open()) {
            Storage.File file = storage.create("a", 10);
            file.write(bytes(5), 3);
            ByteBuffer view = file.view();

            file.close();
            storage.delete("a");

            assertEquals(5, view.get(3));
        }
    }

    @Test
    void shouldLetOneUserIn() {
        Storage first = open();
        first.lock("the first, pid 17");
        ParleyException refusal;
        try (Storage second = open()) {
            refusal = assertThrows(ParleyException.class, () -> second.lock("the second"));
            assertEquals(ErrorCode.DATA_IN_USE, refusal.code());
            assertTrue(String.valueOf(refusal.getMessage()).contains("the first, pid 17"), refusal.getMessage());
            first.close();
            second.lock("the second");
        }
    }
}
