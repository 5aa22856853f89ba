package io.parley.core.codec;

import java.nio.ByteBuffer;

/** Byte arrays, copied as they are; reads what any codec wrote. */
final class BytesCodec implements Codec<byte[]> {
    static final BytesCodec INSTANCE = new BytesCodec();

    @Override
    public String name() {
        return "bytes";
    }

    @Override
    public long fingerprint() {
        return 0;
    }

    @Override
    public boolean reads(String name, long fingerprint) {
        return true;
    }

    @Override
    public void encode(byte[] value, ByteBuffer out) {
        out.put(value);
    }

    @Override
    public byte[] decode(ByteBuffer in) {
        byte[] value = new byte[in.remaining()];
        in.get(value);
        return value;
    }
}
