package io.parley.reliability.internal.durable;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.ChannelSettings;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Laggards;
import io.parley.core.channel.Mode;
import io.parley.core.channel.Overflow;
import io.parley.core.channel.Retention;
import io.parley.core.channel.RetryPolicy;
import io.parley.core.spi.Clock;
import io.parley.core.spi.Storage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a file {@code channel-KIND-NAME}: the settings with which a channel was opened last, so that it can be served
 * without the program that made it, and with what the messages before that were written. A {@link SealedFile}; a str is u16
 * and UTF-8, durations are nanoseconds. Source: Parley's own, docs/journal.md.
 *
 * <pre>
 *   kind u8, name str, codec str, fingerprint u64, capacity u64
 *   when full: action u8, time-out i64
 *   retry: attempts u32, deaths u32, first pause i64, longest pause i64
 *   lease i64
 *   retention: age i64, messages u64, interest u8, n u16, n x expected reader str
 *   before: n u16, n x (codec str, fingerprint u64, end lsn u64); not in files of those that never had another codec
 * </pre>
 */
final class ChannelFile {
    private static final String PREFIX = "channel-";
    private static final int MAGIC = 'P' | 'J' << 8 | 'C' << 16 | '1' << 24;
    private static final int FIXED = 128;
    private static final String REMEDY = "remove it: it is written again when its channel is opened";

    private ChannelFile() {}

    /**
     * What a file says.
     *
     * @param settings with which its channel was opened last
     * @param before with what messages were written before that
     */
    record Kept(ChannelSettings settings, List<Schemas.Past> before) {
        Schemas schemas() {
            return new Schemas(settings.schema(), before);
        }
    }

    /** The settings of all channels of a directory. */
    static List<ChannelSettings> all(Storage storage) {
        List<ChannelSettings> found = new ArrayList<>();
        for (String name : storage.list()) {
            if (name.startsWith(PREFIX) && name.indexOf('.') < 0) {
                found.add(read(storage, name).settings);
            }
        }
        return found;
    }

    /** What is kept of a channel; null when it was never opened here. */
    static @Nullable Kept find(Storage storage, ChannelId id) {
        String name = PREFIX + ChannelFiles.nameOf(id);
        return storage.list().contains(name) ? read(storage, name) : null;
    }

    /** Writes what is to be kept of a channel. */
    static void keep(Storage storage, Kept kept) {
        SealedFile.write(storage, PREFIX + ChannelFiles.nameOf(kept.settings.id()), MAGIC, written(kept));
    }

    private static Kept read(Storage storage, String name) {
        ByteBuffer b = SealedFile.read(storage, name, MAGIC, REMEDY);
        return new Kept(settings(b), before(b));
    }

    private static ByteBuffer written(Kept kept) {
        ChannelSettings s = kept.settings;
        Set<String> expected = new TreeSet<>(s.retention().expected());
        int texts = length(s.id().name()) + length(s.schema().codec());
        for (String reader : expected) {
            texts += length(reader);
        }
        for (Schemas.Past past : kept.before) {
            texts += length(past.schema().codec()) + 2 * Long.BYTES;
        }
        ByteBuffer b = SealedFile.room(FIXED + texts);
        b.put((byte) (s.id().kind() == Kind.QUEUE ? 1 : 0));
        put(b, s.id().name());
        put(b, s.schema().codec());
        b.putLong(s.schema().fingerprint()).putLong(s.capacity());
        b.put((byte) code(s.overflow().action()));
        put(b, s.overflow().timeout());
        b.putInt(s.retry().maxAttempts()).putInt(s.retry().maxDeaths());
        put(b, s.retry().firstPause());
        put(b, s.retry().longestPause());
        put(b, s.lease());
        put(b, s.retention().age());
        b.putLong(s.retention().messages());
        b.put((byte) (s.retention().interest() == Retention.Interest.UNTIL_READ ? 1 : 0));
        b.putShort((short) expected.size());
        expected.forEach(reader -> put(b, reader));
        put(b, kept.before);
        return b;
    }

    private static void put(ByteBuffer b, List<Schemas.Past> before) {
        if (before.isEmpty()) {
            return;
        }
        b.putShort((short) before.size());
        for (Schemas.Past past : before) {
            put(b, past.schema().codec());
            b.putLong(past.schema().fingerprint()).putLong(past.endLsn());
        }
    }

    private static List<Schemas.Past> before(ByteBuffer b) {
        List<Schemas.Past> before = new ArrayList<>();
        for (int n = b.hasRemaining() ? Short.toUnsignedInt(b.getShort()) : 0; n > 0; n--) {
            before.add(new Schemas.Past(new ChannelSettings.Schema(text(b), b.getLong()), b.getLong()));
        }
        return before;
    }

    private static ChannelSettings settings(ByteBuffer b) {
        ChannelId id = new ChannelId(b.get() == 1 ? Kind.QUEUE : Kind.TOPIC, text(b));
        ChannelSettings.Schema schema = new ChannelSettings.Schema(text(b), b.getLong());
        long capacity = b.getLong();
        Overflow overflow = new Overflow(action(b.get()), duration(b));
        RetryPolicy retry = new RetryPolicy(b.getInt(), b.getInt(), duration(b), duration(b));
        Duration lease = duration(b);
        Retention retention = new Retention(
                duration(b),
                b.getLong(),
                b.get() == 1 ? Retention.Interest.UNTIL_READ : Retention.Interest.WHOEVER_READ,
                readers(b));
        return new ChannelSettings(
                id, Mode.DURABLE, schema, capacity, overflow, Laggards.DEFAULT, retry, lease, retention);
    }

    private static Set<String> readers(ByteBuffer b) {
        Set<String> readers = new TreeSet<>();
        for (int n = Short.toUnsignedInt(b.getShort()); n > 0; n--) {
            readers.add(text(b));
        }
        return readers;
    }

    private static int code(Overflow.Action action) {
        return switch (action) {
            case BLOCK -> 0;
            case FAIL -> 1;
            case DROP_OLDEST -> 2;
            case DROP_NEWEST -> 3;
        };
    }

    private static Overflow.Action action(int code) {
        return switch (code) {
            case 1 -> Overflow.Action.FAIL;
            case 2 -> Overflow.Action.DROP_OLDEST;
            case 3 -> Overflow.Action.DROP_NEWEST;
            default -> Overflow.Action.BLOCK;
        };
    }

    private static void put(ByteBuffer b, Duration duration) {
        b.putLong(Clock.span(duration));
    }

    private static Duration duration(ByteBuffer b) {
        return Duration.ofNanos(b.getLong());
    }

    private static int length(String text) {
        return 2 + text.getBytes(UTF_8).length;
    }

    private static void put(ByteBuffer b, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        b.putShort((short) bytes.length).put(bytes);
    }

    private static String text(ByteBuffer b) {
        byte[] bytes = new byte[Short.toUnsignedInt(b.getShort())];
        b.get(bytes);
        return new String(bytes, UTF_8);
    }
}
