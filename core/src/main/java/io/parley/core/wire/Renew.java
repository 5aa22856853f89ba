package io.parley.core.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A member still holds these messages.
 *
 * <pre>
 *   header (session) | extension ms u32 | n u16, n × lease u64
 * </pre>
 *
 * @param session the session
 * @param extensionMillis how long from now
 * @param leases which leases
 */
public record Renew(int session, int extensionMillis, List<Long> leases) {
    /** The most leases in one frame. */
    public static final int MAX_LEASES = 4_000;

    public Renew {
        leases = List.copyOf(leases);
    }

    /** Writes the frame. */
    public ByteBuffer encode() {
        FrameWriter out = new FrameWriter(FrameType.RENEW, 0, session)
                .u32(extensionMillis)
                .u16(leases.size());
        leases.forEach(out::u64);
        return out.done();
    }

    /** Reads the frame. */
    public static Renew decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        int extension = Math.max(0, in.u32());
        int n = in.count(8);
        List<Long> leases = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            leases.add(in.u64());
        }
        return new Renew(FrameHeader.session(frame), extension, leases);
    }
}
