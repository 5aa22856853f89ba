package io.parley.core.wire;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The channels that a node sends on: all of them after WELCOME, changes later. Split so that a frame stays below the limit;
 * the flag COMPLETE marks the first frame of a whole list, which makes the receiver forget what it knew; with SO_FAR more is
 * to be expected soon.
 *
 * <pre>
 *   header (flags COMPLETE, SO_FAR) | n u16 | n ×
 *     change u8 (0 offered, 1 withdrawn) | kind u8 | mode u8 | channel str | codec str | fingerprint u64 | revision u32
 *     | epoch u64 | next lsn u64
 *     | of a SERVICE alone: reply codec str | reply fingerprint u64 | concurrency u32
 * </pre>
 *
 * @param extent all or changes
 * @param entries the channels
 */
public record Offer(Extent extent, List<Entry> entries) {
    /** The most bytes of an entry. */
    public static final int MAX_ENTRY = 3 + 2 + ChannelId.MAX_NAME + 2 + 100 + 8 + 4 + 8 + 8 + 2 + 100 + 8 + 4;

    private static final int MIN_ENTRY = 3 + 2 + 2 + 8 + 4 + 8 + 8;
    private static final int MAX_CODEC = 100;
    private static final Kind[] KINDS = Kind.values();
    private static final Mode[] MODES = Mode.values();
    private static final Change[] CHANGES = Change.values();

    /** Whether the list is whole. */
    public enum Extent {
        CHANGES,
        /** All that the node offers. */
        COMPLETE,
        /** All that the node offers by now: it was opened a moment ago, and its program may be about to offer more. */
        SO_FAR;

        private int flags() {
            return switch (this) {
                case CHANGES -> 0;
                case COMPLETE -> FrameHeader.COMPLETE;
                case SO_FAR -> FrameHeader.COMPLETE | FrameHeader.SO_FAR;
            };
        }

        private static Extent of(int flags) {
            if ((flags & FrameHeader.COMPLETE) == 0) {
                return CHANGES;
            }
            return (flags & FrameHeader.SO_FAR) == 0 ? COMPLETE : SO_FAR;
        }
    }

    /** What happened to a channel. */
    public enum Change {
        OFFERED,
        WITHDRAWN
    }

    /**
     * One channel.
     *
     * @param change offered or withdrawn
     * @param channel the channel
     * @param mode its mode
     * @param codec the name of its codec
     * @param fingerprint of the codec's schema
     * @param revision rises when the offer of a channel changes within a run
     * @param epoch of the sender's run
     * @param nextLsn the first message after this offer
     * @param terms of a service; null for what is read
     */
    public record Entry(
            Change change,
            ChannelId channel,
            Mode mode,
            String codec,
            long fingerprint,
            int revision,
            long epoch,
            long nextLsn,
            @Nullable Terms terms) {
        private static Entry take(FrameReader in) {
            Change change = in.constant(CHANGES);
            Kind kind = in.constant(KINDS);
            Mode mode = in.constant(MODES);
            ChannelId channel = new ChannelId(kind, in.string(ChannelId.MAX_NAME));
            String codec = in.string(MAX_CODEC);
            long fingerprint = in.u64();
            int revision = in.u32();
            long epoch = in.u64();
            long nextLsn = in.u64();
            Terms terms = kind == Kind.SERVICE ? Terms.take(in) : null;
            return new Entry(change, channel, mode, codec, fingerprint, revision, epoch, nextLsn, terms);
        }

        private void put(FrameWriter out) {
            out.constant(change)
                    .constant(channel.kind())
                    .constant(mode)
                    .string(channel.name())
                    .string(codec)
                    .u64(fingerprint)
                    .u32(revision)
                    .u64(epoch)
                    .u64(nextLsn);
            if (channel.kind() == Kind.SERVICE) {
                (terms == null ? Terms.NONE : terms).put(out);
            }
        }
    }

    /**
     * What else is to be known of a service; the entry's codec is that of the requests.
     *
     * @param codec the name of the codec of the replies
     * @param fingerprint of that codec's schema
     * @param concurrency how many requests the replier works on at once
     */
    public record Terms(String codec, long fingerprint, int concurrency) {
        static final Terms NONE = new Terms("", 0, 1);

        private void put(FrameWriter out) {
            out.string(codec).u64(fingerprint).u32(concurrency);
        }

        private static Terms take(FrameReader in) {
            return new Terms(in.string(MAX_CODEC), in.u64(), Math.max(1, in.u32()));
        }
    }

    public Offer {
        entries = List.copyOf(entries);
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        FrameWriter out = new FrameWriter(FrameType.OFFER, extent.flags(), 0).u16(entries.size());
        entries.forEach(entry -> entry.put(out));
        return out.done();
    }

    /** Reads the frame. */
    public static Offer decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        int n = in.count(MIN_ENTRY);
        List<Entry> entries = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            entries.add(Entry.take(in));
        }
        return new Offer(Extent.of(FrameHeader.flags(frame)), entries);
    }
}
