package io.parley.core.internal.engine;

import io.parley.core.channel.ChannelSettings.Schema;
import io.parley.core.codec.Codec;
import java.nio.ByteBuffer;

/** Stands for the codec of a channel that is served without it: values are what that one wrote. */
record StoredCodec(Schema schema) implements Codec<byte[]> {
    @Override
    public String name() {
        return schema.codec();
    }

    @Override
    public long fingerprint() {
        return schema.fingerprint();
    }

    /** All of it: nobody here looks into what is passed on. */
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
        return Codec.bytes().decode(in);
    }
}
