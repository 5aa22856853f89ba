package io.parley.core.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** Text as UTF-8; also reads bytes that no codec claims. */
final class Utf8Codec implements Codec<String> {
    static final Utf8Codec INSTANCE = new Utf8Codec();

    @Override
    public String name() {
        return "utf8";
    }

    @Override
    public long fingerprint() {
        return 0;
    }

    @Override
    public boolean reads(String name, long fingerprint) {
        return name.equals(name()) || name.equals(BytesCodec.INSTANCE.name());
    }

    @Override
    public void encode(String value, ByteBuffer out) {
        out.put(value.getBytes(UTF_8));
    }

    @Override
    public String decode(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }
}
