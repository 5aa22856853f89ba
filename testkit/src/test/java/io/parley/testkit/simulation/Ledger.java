package io.parley.testkit.simulation;

import io.parley.core.Message;
import io.parley.core.MissedMessages;
import io.parley.core.Topic;
import io.parley.core.TopicReader;
import io.parley.core.channel.GapReason;
import io.parley.core.codec.Codec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One subscription's books: what it got and what it was told it misses, by sender. */
final class Ledger {
    static final Topic<String> TOPIC = Topic.of("ticks", Codec.utf8()).capacity(256 * 1024);

    private final String reader;
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final List<String> wrong = new ArrayList<>();

    Ledger(String reader) {
        this.reader = reader;
    }

    /** What came from one sender. */
    private static final class Account {
        private long received;
        private long missed;
        private long last;
        private boolean bounded;
    }

    /** A value that says who sent it and as which: numbers begin with 1. */
    static String value(String sender, long number, int padding) {
        return sender + ":" + number + ":" + "x".repeat(padding);
    }

    TopicReader<String> on(TopicReader<String> topic) {
        return topic.onMissed(this::missed);
    }

    void received(Message<String> message) {
        String[] parts = message.value().split(":", 3);
        Account account = account(parts[0]);
        long number = Long.parseLong(parts[1]);
        if (number <= account.last) {
            wrong.add(reader + " got " + number + " of " + parts[0] + " after " + account.last);
        }
        account.last = number;
        account.received++;
    }

    void missed(MissedMessages missed) {
        Account account = account(missed.from().name());
        if (missed.reason() == GapReason.SENDER_LOST) {
            return; // how many is not known, and they may come after all
        }
        account.missed += missed.count();
        account.bounded |= !missed.exact();
    }

    private Account account(String sender) {
        return accounts.computeIfAbsent(sender, s -> new Account());
    }

    long received(String sender) {
        return account(sender).received;
    }

    long accountedFor(String sender) {
        return account(sender).received + account(sender).missed;
    }

    /** What is wrong when this sender has sent so many that concern this reader; empty when nothing is. */
    List<String> audit(String sender, long sent) {
        List<String> found = new ArrayList<>(wrong);
        Account account = account(sender);
        long told = account.received + account.missed;
        boolean right = account.bounded ? told >= sent && account.received <= sent : told == sent;
        if (!right) {
            found.add(reader + " accounts for " + account.received + " + " + account.missed
                    + (account.bounded ? " (at most)" : "") + " of " + sent + " messages of " + sender);
        }
        return found;
    }
}
