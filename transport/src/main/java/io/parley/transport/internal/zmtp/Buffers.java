package io.parley.transport.internal.zmtp;

import java.nio.ByteBuffer;

/**
 * The buffers that the connections of one transport share.
 *
 * @param read what is read into
 * @param head room for the head of the frame that is being written
 */
record Buffers(ReadBuffers read, ByteBuffer head) {
    Buffers() {
        this(new ReadBuffers(), ByteBuffer.allocateDirect(16));
    }
}
