package io.parley.core.codec;

import java.nio.ByteBuffer;

/** 64-bit integers, little endian. */
final class Int64Codec implements Codec<Long> {
    static final Int64Codec INSTANCE = new Int64Codec();

    @Override
    public String name() {
        return "int64";
    }

    @Override
    public long fingerprint() {
        return 0;
    }

    @Override
    public void encode(Long value, ByteBuffer out) {
        out.putLong(value);
    }

    @Override
    public Long decode(ByteBuffer in) {
        if (in.remaining() != Long.BYTES) {
            throw new IllegalArgumentException(in.remaining() + " bytes, expected " + Long.BYTES);
        }
        return in.getLong();
    }
}
