package io.parley.core.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {
    @Test
    void shouldReadWhatItWrites() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 1_000; i++) {
            NodeId id = new NodeId(random.nextLong(), random.nextLong());
            assertEquals(22, id.toString().length());
            assertEquals(id, NodeId.parse(id.toString()));
            assertTrue(id.toString().startsWith(id.brief()));
        }
        assertEquals("ABEiM0RVZneImaq7zN3u_w", new NodeId(0x0011223344556677L, 0x8899aabbccddeeffL).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "ABEiM0RVZneImaq7zN3u/w", "ABEiM0RVZneImaq7zN3u_wAA", "ABEiM0RVZneImaq7zN3u_"})
    void shouldRefuseWhatIsNoId(String text) {
        ParleyException refused = assertThrows(ParleyException.class, () -> NodeId.parse(text));

        assertEquals(ErrorCode.INVALID_ARGUMENT, refused.code());
        assertEquals("node id '" + text + "', expected 22 characters of base64url", refused.getMessage());
    }

    @Test
    void shouldCompareAsUnsignedNumbers() {
        NodeId small = new NodeId(1, -1);
        NodeId middle = new NodeId(2, 0);
        NodeId large = new NodeId(-1, 0);

        assertTrue(small.compareTo(middle) < 0);
        assertTrue(large.compareTo(middle) > 0);
        assertTrue(new NodeId(1, 1).compareTo(small) < 0);
        assertEquals(0, small.compareTo(new NodeId(1, -1)));
    }
}
