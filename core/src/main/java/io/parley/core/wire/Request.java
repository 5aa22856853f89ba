package io.parley.core.wire;

import io.parley.core.channel.ChannelId;
import io.parley.core.log.Record;
import java.nio.ByteBuffer;

/**
 * A request to one replier, under a number that the requester counts up with each attempt: on one link it only rises.
 *
 * <pre>
 *   header | correlation u64 | deadline left ms u32 | attempt u16 | service str | record
 * </pre>
 *
 * The record, see {@link Record}, goes to the end of the frame; its lsn and time are those of the first attempt.
 *
 * @param correlation the number of the attempt
 * @param millisLeft how long the requester still waits
 * @param attempt 1 for the first; more when another replier may have run it
 * @param service the name of the service
 * @param record where the record begins in the frame
 */
public record Request(long correlation, int millisLeft, int attempt, String service, int record) {
    /** The most bytes of a request's value, and of a reply's. */
    public static final int MAX_PAYLOAD = 260_000;

    private static final int CORRELATION = FrameHeader.BYTES;
    private static final int MILLIS_LEFT = CORRELATION + 8;
    private static final int ATTEMPT = MILLIS_LEFT + 4;

    /**
     * Writes a frame that is still to be {@link #address addressed}.
     *
     * @param id which request, counted by the requester
     * @param time when it was made, in milliseconds since 1970
     * @param payload the value
     */
    public static ByteBuffer encode(String service, long id, long time, ByteBuffer payload) {
        FrameWriter out =
                new FrameWriter(FrameType.REQUEST, 0, 0).u64(0).u32(0).u16(1).string(service);
        return out.record(id, time, payload).done();
    }

    /** A copy of an encoded frame for one attempt: what was sent before may still wait to be written. */
    public static ByteBuffer address(ByteBuffer frame, long correlation, int millisLeft, int attempt) {
        ByteBuffer copy = Record.view(
                ByteBuffer.allocate(frame.remaining()).put(frame.duplicate()).flip());
        copy.putLong(CORRELATION, correlation).putInt(MILLIS_LEFT, millisLeft);
        return copy.putShort(ATTEMPT, (short) Math.min(attempt, 0xFFFF));
    }

    /**
     * Reads the frame.
     *
     * @throws MalformedFrame also when the record is damaged
     */
    public static Request decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        long correlation = in.u64();
        int millisLeft = Math.max(0, in.u32());
        int attempt = Math.max(1, in.u16());
        String service = in.string(ChannelId.MAX_NAME);
        int record = in.position();
        if (Record.check(frame, record, frame.limit()) < 0) {
            throw new MalformedFrame("the record of a request is damaged");
        }
        return new Request(correlation, millisLeft, attempt, service, record - frame.position());
    }
}
