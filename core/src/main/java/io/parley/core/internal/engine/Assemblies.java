package io.parley.core.internal.engine;

import io.parley.core.channel.Happening;
import io.parley.core.log.RingLog;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a node is sent in chunks, and what that may take together. A record that its session's window does not hold, or a request
 * or reply that no frame holds, is granted the rest of its length once there is room for all of it; till then its sender waits,
 * so that what came of it is no more than the window, or the frame. So whoever was granted room gets to the end, and two never wait for each other. Belongs to the loop.
 *
 * <pre>
 *   first chunk ─ fits the window ───────────────────────────▶ last chunk
 *        └──────▶ WAITING in line ── room for all of it ──▶ GRANTED ─┘
 *                                                             └ no chunk for 10 s while others wait: its link ends
 * </pre>
 */
final class Assemblies {
    /** What may be taken by what was granted more than its window; one of any length is granted when there is no other. */
    static final long ROOM = 4L * RingLog.MAX_RECORD;

    private static final long STALLED = TimeUnit.SECONDS.toNanos(10);

    private final Engine engine;
    private final ArrayDeque<Assembling> waiting = new ArrayDeque<>();
    private final Map<Assembling, Granted> granted = new LinkedHashMap<>();
    private long taken;
    private boolean judging;

    /** What was reserved, and when the last chunk came. */
    private record Granted(int bytes, long since) {}

    Assemblies(Engine engine) {
        this.engine = engine;
    }

    /** A chunk came, and not the last one. */
    void grew(Assembling entry) {
        Granted known = granted.get(entry);
        if (known != null) {
            granted.put(entry, new Granted(known.bytes, engine.now()));
        } else if (entry.needsRoom() && !waiting.contains(entry)) {
            waiting.add(entry);
            grant();
            judgeLater();
        }
    }

    /** All chunks have come, or no more are asked for. */
    void over(Assembling entry) {
        Granted known = granted.remove(entry);
        if (known != null) {
            taken -= known.bytes;
        }
        waiting.remove(entry);
        grant();
    }

    private void grant() {
        for (Assembling next = waiting.peek(); next != null; next = waiting.peek()) {
            int bytes = next.total();
            if (taken > 0 && taken + bytes > ROOM) {
                return;
            }
            waiting.remove();
            if (next.needsRoom()) {
                taken += bytes;
                granted.put(next, new Granted(bytes, engine.now()));
                next.grant();
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
        for (Assembling entry : List.copyOf(granted.keySet())) {
            Granted of = granted.get(entry);
            if (of != null && !waiting.isEmpty() && engine.now() - of.since >= STALLED) {
                String text = entry.what() + ": " + entry.filled() + " of " + entry.total()
                        + " bytes of it came, and no more for 10 s, while others wait for the room";
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
