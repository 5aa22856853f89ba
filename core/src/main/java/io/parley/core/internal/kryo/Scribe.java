package io.parley.core.internal.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.Output;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A Kryo with its buffers, for one thread at a time. */
final class Scribe {
    static final int MAX_DEPTH = 100;
    static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final int FIRST_BYTES = 1024;
    private static final int KEPT_BYTES = 256 * 1024;

    private final Kryo kryo = new NamingKryo();
    private final Output output = new Output(FIRST_BYTES, MAX_BYTES);
    private final BoundedInput input = new BoundedInput();
    private byte[] copy = new byte[0];

    Scribe(Schema schema) {
        kryo.setRegistrationRequired(true);
        kryo.setReferences(false);
        kryo.setMaxDepth(MAX_DEPTH);
        schema.register(kryo);
    }

    void write(Object value, ByteBuffer out) {
        try {
            kryo.writeClassAndObject(output, value);
        } catch (KryoBufferOverflowException e) {
            throw (BufferOverflowException) new BufferOverflowException().initCause(e);
        } catch (RuntimeException e) {
            throw new ParleyException(
                    ErrorCode.ENCODING_FAILED, value.getClass().getName() + ": " + reason(e), e);
        }
        out.put(output.getBuffer(), 0, output.position());
    }

    <T> T read(Class<T> type, ByteBuffer in) {
        int length = in.remaining();
        if (length > MAX_BYTES) {
            throw refusal(type, length + " bytes, the limit is " + MAX_BYTES, null);
        }
        if (in.hasArray()) {
            input.begin(in.array(), in.arrayOffset() + in.position(), length);
            in.position(in.limit());
        } else {
            copy = copy.length < length ? new byte[length] : copy;
            in.get(copy, 0, length);
            input.begin(copy, 0, length);
        }
        Object value;
        try {
            value = kryo.readClassAndObject(input);
        } catch (RuntimeException e) {
            throw refusal(type, reason(e), e);
        }
        if (input.position() != input.limit()) {
            throw refusal(type, (input.limit() - input.position()) + " bytes too many", null);
        }
        if (!type.isInstance(value)) {
            throw refusal(
                    type, "it is " + (value == null ? "null" : value.getClass().getName()), null);
        }
        return type.cast(value);
    }

    /** Forgets the message, and what a large one took. */
    void release() {
        kryo.reset();
        input.release();
        output.reset();
        if (output.getBuffer().length > KEPT_BYTES) {
            output.setBuffer(new byte[FIRST_BYTES], MAX_BYTES);
        }
        if (copy.length > KEPT_BYTES) {
            copy = new byte[0];
        }
    }

    private static ParleyException refusal(Class<?> type, String why, @Nullable Throwable cause) {
        return new ParleyException(
                ErrorCode.DECODING_FAILED, "the bytes are no " + type.getSimpleName() + ": " + why, cause);
    }

    /** In one line; Kryo puts the path to the place into the following ones. */
    private static String reason(RuntimeException e) {
        String text = e.getMessage() == null ? e.toString() : e.getMessage();
        String line =
                text.lines().map(String::strip).filter(one -> !one.isEmpty()).collect(Collectors.joining("; "));
        return line.startsWith("Max depth")
                ? "it is nested deeper than " + MAX_DEPTH + ", or refers to itself; " + line
                : line;
    }

    /** Says of an unknown class what to do. */
    private static final class NamingKryo extends Kryo {
        NamingKryo() {
            super(new RegisteredClasses(), null);
        }

        @Override
        @SuppressWarnings("rawtypes") // as it is declared in Kryo
        protected String unregisteredClassMessage(Class type) {
            return type.getName() + " is not known to the codec: name it in Codec.kryo(…, " + type.getSimpleName()
                    + ".class)";
        }
    }
}
