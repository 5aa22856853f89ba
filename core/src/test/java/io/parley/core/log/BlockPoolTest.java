package io.parley.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BlockPoolTest {
    private final BlockPool pool = new BlockPool(2 * BlockPool.BLOCK);

    @Test
    void shouldKeepBlocksOfItsSizesForTheNextTaker() {
        ByteBuffer block = pool.take(BlockPool.BLOCK);
        pool.give(block);

        assertSame(block, pool.take(BlockPool.BLOCK));
        assertNotSame(block, pool.take(BlockPool.BLOCK));
    }

    @Test
    void shouldKeepNoMoreThanItsLimit() {
        ByteBuffer first = pool.take(BlockPool.BLOCK);
        ByteBuffer second = pool.take(BlockPool.BLOCK);
        ByteBuffer third = pool.take(BlockPool.BLOCK);
        pool.give(first);
        pool.give(second);
        pool.give(third);

        assertSame(second, pool.take(BlockPool.BLOCK));
        assertSame(first, pool.take(BlockPool.BLOCK));
        assertNotSame(third, pool.take(BlockPool.BLOCK));
    }

    @Test
    void shouldGiveJustWhatIsAskedFor() {
        assertEquals(100, pool.take(100).capacity());
        assertEquals(BlockPool.BLOCK / 2 + 1, pool.take(BlockPool.BLOCK / 2 + 1).capacity());
        assertEquals(300 * 1024, pool.take(300 * 1024).capacity());
    }
}
