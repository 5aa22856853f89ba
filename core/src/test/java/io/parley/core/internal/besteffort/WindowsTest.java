package io.parley.core.internal.besteffort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parley.core.channel.ReaderSettings.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WindowsTest {
    private final Windows windows = new Windows();

    @Test
    void shouldGrantTheLargestOfEachKindAsLongAsSomebodyHasIt() {
        windows.add(new Window(10, 4_000));
        windows.add(new Window(500, 100));
        windows.add(new Window(500, 100));
        holds(500, 4_000);
        windows.remove(new Window(500, 100));
        holds(500, 4_000);
        windows.remove(new Window(500, 100));
        holds(10, 4_000);
    }

    @Test
    void shouldGrantSomethingWhenNobodyIsLeft() {
        holds(1, 1);
        windows.add(new Window(7, 70));
        windows.remove(new Window(7, 70));
        holds(1, 1);
    }

    private void holds(long messages, long bytes) {
        assertEquals(messages, windows.messages());
        assertEquals(bytes, windows.bytes());
    }
}
