package io.parley.core.internal.kryo;

import io.parley.core.codec.Codec;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Values of registered classes: class id, then the layout of that class. Kryo's parts are kept, since making them is slow. */
final class KryoCodec<T> implements Codec<T> {
    private static final int KEPT = 16;

    private final Class<T> type;
    private final Schema schema;
    private final BlockingQueue<Scribe> idle = new ArrayBlockingQueue<>(KEPT);

    KryoCodec(Class<T> type, Schema schema) {
        this.type = type;
        this.schema = schema;
    }

    @Override
    public String name() {
        return "kryo";
    }

    @Override
    public long fingerprint() {
        return schema.fingerprint();
    }

    @Override
    public boolean reads(String name, long fingerprint) {
        return name.equals(name()) && schema.reads(fingerprint);
    }

    @Override
    public void encode(T value, ByteBuffer out) {
        Scribe scribe = take();
        try {
            scribe.write(value, out);
        } finally {
            give(scribe);
        }
    }

    @Override
    public T decode(ByteBuffer in) {
        Scribe scribe = take();
        try {
            return scribe.read(type, in);
        } finally {
            give(scribe);
        }
    }

    private Scribe take() {
        Scribe scribe = idle.poll();
        return scribe == null ? new Scribe(schema) : scribe;
    }

    private void give(Scribe scribe) {
        scribe.release();
        idle.offer(scribe);
    }

    @Override
    public String toString() {
        return "Codec.kryo(" + type.getSimpleName() + ")";
    }
}
