package io.parley.core.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A sign of life, sent after a time of silence, with the state of the sessions on which the pinging side sends. A number in
 * it that the other side has not received means that something was lost: it closes the link, and resumes. A PING is
 * answered by a PONG, which carries the token back and nothing else.
 *
 * <pre>
 *   header | token u64 | n u16, n × ( session u32 | last number sent u64 )
 * </pre>
 *
 * @param token comes back in the PONG
 * @param sessions the busy ones
 */
public record Ping(long token, List<Sending> sessions) {
    /** The most sessions in one frame. */
    public static final int MAX_SESSIONS = 4_000;

    /**
     * A session on which the pinging side sends.
     *
     * @param session its number
     * @param last the number of the last item that was sent
     */
    public record Sending(int session, long last) {}

    public Ping {
        sessions = List.copyOf(sessions);
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        FrameWriter out = new FrameWriter(FrameType.PING, 0, 0).u64(token).u16(sessions.size());
        sessions.forEach(s -> out.u32(s.session).u64(s.last));
        return out.done();
    }

    /** Reads the frame. */
    public static Ping decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        long token = in.u64();
        int n = in.count(12);
        List<Sending> sessions = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            sessions.add(new Sending(in.u32(), in.u64()));
        }
        return new Ping(token, sessions);
    }
}
