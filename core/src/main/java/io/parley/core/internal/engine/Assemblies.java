package io.parley.core.internal.engine;

import io.parley.core.channel.Happening;
import io.parley.core.internal.session.ReceiverSession;
import io.parley.core.log.RingLog;
import io.parley.core.wire.Credit;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The records of a node that come in chunks, and what they may take together. A record that its session's window does not hold
 * is granted the rest of its length once there is room for all of it; till then its sender waits, so that what came of it is
 * no more than the window. So whoever was granted room gets to the end, and two never wait for each other. Belongs to the loop.
 *
 * <pre>
 *   first chunk ─ fits the window ───────────────────────────▶ last chunk
 *        └──────▶ WAITING in line ── room for all of it ──▶ GRANTED ─┘
 *                                                             └ no chunk for 10 s while others wait: its link ends
 * </pre>
 */
final class Assemblies {
    /** What records may take that were granted more than their window; one of any length is granted when there is no other. */
    static final long ROOM = 4L * RingLog.MAX_RECORD;

    private static final long STALLED = TimeUnit.SECONDS.toNanos(10);

    private final Engine engine;
    private final ArrayDeque<ReceiverEntry> waiting = new ArrayDeque<>();
    private final Map<ReceiverEntry, Granted> granted = new LinkedHashMap<>();
    private long taken;
    private boolean judging;

    /** What a session has reserved, and when its last chunk came. */
    private record Granted(int bytes, long since) {}

    Assemblies(Engine engine) {
        this.engine = engine;
    }

    /** A chunk came, and not the last one. */
    void grew(ReceiverEntry entry) {
        Granted known = granted.get(entry);
        if (known != null) {
            granted.put(entry, new Granted(known.bytes, engine.now()));
        } else if (entry.session().needsCredit() && !entry.reader().closing() && !waiting.contains(entry)) {
            waiting.add(entry);
            grant();
            judgeLater();
        }
    }

    /** All chunks have come, or no more are asked for. */
    void over(ReceiverEntry entry) {
        Granted known = granted.remove(entry);
        if (known != null) {
            taken -= known.bytes;
        }
        waiting.remove(entry);
        grant();
    }

    private void grant() {
        for (ReceiverEntry next = waiting.peek(); next != null; next = waiting.peek()) {
            ReceiverSession session = next.session();
            int bytes = session.assembledLength();
            if (taken > 0 && taken + bytes > ROOM) {
                return;
            }
            waiting.remove();
            if (session.needsCredit()) {
                taken += bytes;
                granted.put(next, new Granted(bytes, engine.now()));
                Credit credit = session.creditToTheEnd();
                next.acks().ack(0, List.of(), 0, credit);
                engine.links().hasWork(next.link());
            }
        }
    }

    private void judgeLater() {
        if (!judging && !waiting.isEmpty()) {
            judging = true;
            // judged behind the next poll: what waited there while the loop was away counts
            engine.after(STALLED, () -> engine.run(this::judge));
        }
    }

    /** Who was granted room and sends nothing is not to keep others waiting. */
    private void judge() {
        judging = false;
        for (ReceiverEntry entry : List.copyOf(granted.keySet())) {
            Granted of = granted.get(entry);
            if (of != null && !waiting.isEmpty() && engine.now() - of.since >= STALLED) {
                ReceiverSession session = entry.session();
                String text = entry.channel() + ": " + session.assembledBytes() + " of " + session.assembledLength()
                        + " bytes of a message came, and no more for 10 s, while others wait for the room";
                engine.events()
                        .happened(
                                Happening.LIMIT_REACHED,
                                entry.link().knownPeer().name(),
                                text);
                engine.drop(entry.link(), text);
            }
        }
        judgeLater();
    }
}
