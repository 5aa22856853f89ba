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
 * The record, see {@link Record}, goes to the end of the frame; its lsn and time are those of the first attempt. One that is too
 * large for a frame goes in chunks, see {@link Chunk}: their heads are those of the request, and where the record begins is what
 * tells which part it is.
 *
 * @param correlation the number of the attempt
 * @param millisLeft how long the requester still waits
 * @param attempt 1 for the first; more when another replier may have run it
 * @param service the name of the service
 * @param record where the record begins in the frame, or in a chunk what stands in its place
 */
public record Request(long correlation, int millisLeft, int attempt, String service, int record) {
    /** The most bytes of a request's value, and of a reply's: those of a message. */
    public static final int MAX_PAYLOAD = 16 * 1024 * 1024;
    /** The most bytes of a request's record, or of a reply's value, that go in one frame. */
    public static final int MAX_WHOLE = 260_000;

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

    /** Where the record begins in an encoded frame. */
    public static int recordAt(ByteBuffer frame) {
        int service = ATTEMPT + Short.BYTES;
        return service + Short.BYTES + Short.toUnsignedInt(frame.getShort(service));
    }

    /** What stands before the record of an encoded frame, for its chunks in one attempt. */
    public static ByteBuffer chunkHead(ByteBuffer frame, long correlation, int attempt) {
        ByteBuffer head = address(frame.duplicate().limit(recordAt(frame)), correlation, 0, attempt);
        FrameHeader.set(head, FrameHeader.CHUNK);
        return head;
    }

    /** Says in the head of a chunk how long the requester still waits. */
    public static void millisLeft(ByteBuffer chunk, int millisLeft) {
        chunk.putInt(MILLIS_LEFT, millisLeft);
    }

    /**
     * Reads the frame.
     *
     * @throws MalformedFrame also when the record is damaged; that of a chunk is checked when all of it is there
     */
    public static Request decode(ByteBuffer frame) {
        FrameReader in = new FrameReader(frame);
        long correlation = in.u64();
        int millisLeft = Math.max(0, in.u32());
        int attempt = Math.max(1, in.u16());
        String service = in.string(ChannelId.MAX_NAME);
        int record = in.position();
        if (!Chunk.is(frame) && Record.check(frame, record, frame.limit()) < 0) {
            throw new MalformedFrame("the record of a request is damaged");
        }
        return new Request(correlation, millisLeft, attempt, service, record - frame.position());
    }
}
