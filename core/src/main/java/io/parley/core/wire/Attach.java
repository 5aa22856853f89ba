package io.parley.core.wire;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Kind;
import io.parley.core.channel.Mode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A reader asks for a session on a channel that was offered to it. An ATTACH that names a live session changes its filters,
 * and nothing else.
 *
 * <pre>
 *   header (session) | kind u8 | mode u8 | channel str | reader str | n u16, n × filter str | start (see Resume) | credit
 * </pre>
 *
 * A filter is what follows the channel in a subject filter: {@code #} for everything, empty for messages without a suffix.
 *
 * @param session the new session's number, chosen by the attaching side
 * @param channel what to read
 * @param mode the mode that the reader's side has for the channel
 * @param reader the reader's name: a durable one's, or one unique in the run
 * @param filters any of which a message must match; for queues none
 * @param resume where to begin
 * @param credit the first grant
 */
public record Attach(
        int session, ChannelId channel, Mode mode, String reader, List<String> filters, Resume resume, Credit credit) {
    /** The most filters of one session; beyond them a node asks for everything and sorts by itself. */
    public static final int MAX_FILTERS = 200;
    /** The longest reader's name in bytes. */
    public static final int MAX_READER = 200;
    /** The longest filter in bytes. */
    public static final int MAX_FILTER = 1_000;

    private static final Kind[] KINDS = Kind.values();
    private static final Mode[] MODES = Mode.values();

    public Attach {
        filters = List.copyOf(filters);
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        FrameWriter out = new FrameWriter(FrameType.ATTACH, 0, session)
                .constant(channel.kind())
                .constant(mode)
                .string(channel.name())
                .string(reader)
                .u16(filters.size());
        filters.forEach(out::string);
        Resume.put(out, resume);
        credit.put(out);
        return out.done();
    }

    /** Reads the frame. */
    public static Attach decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        Kind kind = in.constant(KINDS);
        Mode mode = in.constant(MODES);
        ChannelId channel = new ChannelId(kind, in.string(ChannelId.MAX_NAME));
        String reader = in.string(MAX_READER);
        int n = in.count(2);
        if (n > MAX_FILTERS) {
            throw new MalformedFrame(n + " filters, expected at most " + MAX_FILTERS);
        }
        List<String> filters = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            filters.add(in.string(MAX_FILTER));
        }
        Resume resume = Resume.take(in);
        return new Attach(FrameHeader.session(frame), channel, mode, reader, filters, resume, Credit.take(in));
    }
}
