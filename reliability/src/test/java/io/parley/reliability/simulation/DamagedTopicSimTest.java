package io.parley.reliability.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.core.Node;
import io.parley.core.Publisher;
import io.parley.core.Topic;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.reliability.Journal;
import io.parley.testkit.Sim;
import io.parley.testkit.log.FaultyStorage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What readers are told of messages that their sender's disk has damaged. */
@Timeout(120)
class DamagedTopicSimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Topic<String> ORDERS =
            Topic.of("orders", Codec.utf8()).durable().capacity(1 << 20);

    private final List<String> told = new ArrayList<>();

    @Test
    void shouldTellOfDamageThatIsFoundAtOpeningP16() {
        readWithDamageTo(20, 5, 10, 11);
        assertEquals(expected(20, List.of(5, 10), List.of(11)), told);
    }

    @Test
    void shouldTellOfDamageThatIsFoundWhenItIsReadP16() {
        readWithDamageTo(400, 7); // long ago sealed, and not looked at when the journal is opened
        assertEquals(expected(400, List.of(7), List.of()), told);
    }

    /** The messages in order, with a gap of one or, with what follows on it, of two in the place of what is damaged. */
    private static List<String> expected(int count, List<Integer> damaged, List<Integer> joined) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (damaged.contains(i)) {
                all.add("CORRUPT " + (joined.contains(i + 1) ? 2 : 1));
            } else if (!joined.contains(i)) {
                all.add("m" + i + ".");
            }
        }
        return all;
    }

    private void readWithDamageTo(int count, int... damaged) {
        try (Sim sim = Sim.seeded(1)) {
            Node a = node(sim, "a");
            Publisher<String> orders = a.publisher(ORDERS);
            for (int i = 0; i < count; i++) {
                orders.send("m" + i + "." + "x".repeat(1_500));
            }
            sim.crash(a);
            for (int i : damaged) {
                damage(sim.disk("a").files(), "m" + i + ".");
            }
            sim.restart(a).publisher(ORDERS);
            node(sim, "b")
                    .subscribe(
                            ORDERS.reader("billing")
                                    .from(Start.EARLIEST)
                                    .onMissed(gap -> told.add(gap.reason() + " " + gap.count())),
                            m -> told.add(m.value().substring(0, m.value().indexOf('x'))));
            assertTrue(sim.runUntil(() -> told.contains("m" + (count - 1) + "."), LIMIT), told::toString);
        }
    }

    private static Node node(Sim sim, String name) {
        return sim.node(name, builder -> builder.delivery(Journal.over(sim.disk(name))));
    }

    private static void damage(FaultyStorage disk, String text) {
        ByteBuffer wanted = ByteBuffer.wrap(text.getBytes(UTF_8));
        for (String name : disk.list()) {
            ByteBuffer bytes = disk.open(name).view();
            for (int at = 0; name.startsWith("log-") && at < bytes.capacity() - wanted.capacity(); at++) {
                if (bytes.slice(at, wanted.capacity()).equals(wanted)) {
                    disk.flip(name, at, 0);
                    return;
                }
            }
        }
        throw new AssertionError(text + " is in no file");
    }
}
