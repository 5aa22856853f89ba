package io.parley.core.codec;

import java.nio.ByteBuffer;

/** 32-bit integers, little endian. */
final class Int32Codec implements Codec<Integer> {
    static final Int32Codec INSTANCE = new Int32Codec();

    @Override
    public String name() {
        return "int32";
    }

    @Override
    public long fingerprint() {
        return 0;
    }

    @Override
    public void encode(Integer value, ByteBuffer out) {
        out.putInt(value);
    }

    @Override
    public Integer decode(ByteBuffer in) {
        if (in.remaining() != Integer.BYTES) {
            throw new IllegalArgumentException(in.remaining() + " bytes, expected " + Integer.BYTES);
        }
        return in.getInt();
    }
}
