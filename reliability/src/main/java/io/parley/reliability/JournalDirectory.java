package io.parley.reliability;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Death;
import io.parley.core.channel.Kind;
import io.parley.core.channel.MessageId;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.identity.NodeId;
import io.parley.core.log.Record;
import io.parley.core.spi.Storage;
import io.parley.core.wire.Position;
import io.parley.reliability.internal.durable.NodeFile;
import io.parley.reliability.internal.durable.QueueSurvey;
import io.parley.reliability.internal.journal.FileStorage;
import io.parley.reliability.internal.journal.LogSurvey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The journals of a data directory, for whoever looks after it: what is in them, whether it is sound, and their repair.
 *
 * <p>One thread. Every method may wait for the disk, for as long as it takes to read all of a log; they throw
 * {@code ParleyException} with DISK_FAILED when it refuses.
 */
public final class JournalDirectory implements AutoCloseable {
    private final Storage storage;

    private JournalDirectory(Storage storage) {
        this.storage = storage;
    }

    /**
     * Looks into a directory without touching it, also while a node uses it: then what that node writes meanwhile may be seen
     * or not, and {@link #check} may take what is being written for damage.
     *
     * @throws ParleyException INVALID_ARGUMENT when there is no such directory
     */
    public static JournalDirectory look(Path directory) {
        return new JournalDirectory(FileStorage.readOnly(directory));
    }

    /**
     * Takes a directory that no node uses; no node can use it until this is closed.
     *
     * @param holder how a node that wants it is told who has it
     * @throws ParleyException INVALID_ARGUMENT when there is no such directory; DATA_IN_USE, naming the holder, when a node
     *     uses it
     */
    public static JournalDirectory take(Path directory, String holder) {
        Storage storage = FileStorage.existing(directory);
        try {
            storage.lock(holder);
            return new JournalDirectory(storage);
        } catch (ParleyException e) {
            storage.close();
            throw e;
        }
    }

    /**
     * Lsns of messages that cannot be read any more.
     *
     * @param file in which they stood
     * @param from the first
     * @param to the last
     */
    public record Damaged(String file, long from, long to) {}

    /**
     * The state of a log.
     *
     * @param records how many can be read
     * @param firstLsn the lowest of them
     * @param endLsn one more than the highest lsn that is known of
     * @param damaged what had been forced and cannot be read any more
     * @param torn whether it ends with what a crash left half written: that was confirmed to nobody
     */
    public record State(long records, long firstLsn, long endLsn, List<Damaged> damaged, boolean torn) {}

    /**
     * A record of a log.
     *
     * @param epoch of the run of the node that appended it
     * @param lsn its place
     * @param time when, in milliseconds since 1970
     * @param expiry until when it is wanted, in milliseconds since 1970
     * @param key of its order; null when it has none
     * @param subject what follows the channel in its subject; empty when nothing does
     * @param headers by name
     * @param payload the encoded value, from position to limit; read-only
     */
    public record Entry(
            long epoch,
            long lsn,
            long time,
            OptionalLong expiry,
            @Nullable String key,
            String subject,
            Map<String, String> headers,
            ByteBuffer payload) {}

    /**
     * A queue whose sender keeps its messages here.
     *
     * @param name of the queue
     * @param waiting messages that are not settled: those that somebody holds, or has done a moment ago, too
     * @param later how many of them wait for the time of their next try
     * @param failures how often these were tried in vain
     * @param oldest when the oldest of them was sent; empty when there is none
     * @param deadLetters messages that were given up
     */
    public record Queue(
            String name, long waiting, long later, long failures, Optional<Instant> oldest, long deadLetters) {}

    /**
     * A message that a queue gave up.
     *
     * @param id which
     * @param message what was sent
     * @param death why, and what was tried
     */
    public record Dead(MessageId id, Entry message, Death death) {}

    /** The queues that are here, by name. Reads all of their logs. */
    public List<Queue> queues(Instant now) {
        QueueSurvey survey = new QueueSurvey(storage);
        List<Queue> queues = new ArrayList<>();
        for (ChannelId id : survey.queues()) {
            QueueSurvey.State s = survey.state(id, now.toEpochMilli());
            Optional<Instant> oldest =
                    s.oldest() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(s.oldest()));
            queues.add(new Queue(id.name(), s.waiting(), s.later(), s.failures(), oldest, s.deadLetters()));
        }
        return queues;
    }

    /**
     * Shows the dead letters of a queue, in the order in which they died.
     *
     * @throws ParleyException INVALID_ARGUMENT when there is no such queue
     */
    public void deadLetters(String queue, Consumer<Dead> reader) {
        QueueSurvey survey = new QueueSurvey(storage);
        ChannelId id = new ChannelId(Kind.QUEUE, queue);
        if (!survey.queues().contains(id)) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT,
                    "there is no queue '" + queue + "' here; there are: "
                            + survey.queues().stream().map(ChannelId::name).toList());
        }
        NodeId node = NodeFile.owner(storage);
        survey.deadLetters(id, (place, records, at, death) -> {
            MessageId which = new MessageId(node, id, place.epoch(), place.lsn());
            reader.accept(new Dead(which, entry(records, at, place), death));
        });
    }

    /** The names of the logs, sorted. */
    public List<String> logs() {
        return LogSurvey.logs(storage);
    }

    /** Reads all of a log. */
    public State check(String log) {
        return state(survey(log).read((records, at, epoch) -> {}));
    }

    /** Reads all of a log, and hands over each record that is sound, in order. */
    public State read(String log, Consumer<Entry> reader) {
        return state(survey(log)
                .read((records, at, epoch) ->
                        reader.accept(entry(records, at, new Position(epoch, Record.lsn(records, at))))));
    }

    /**
     * Rewrites the files of a log that are damaged or torn, with all that is sound in them. Of each a copy is kept in
     * {@code quarantine/} before anything is changed, and a crash leaves the one before or the one after.
     *
     * @return how it was before
     */
    public State repair(String log) {
        return state(survey(log).repair());
    }

    /**
     * Makes the directory that of a new node, for one that was copied, or brought back from a backup and is refused by peers
     * that know a later run. What is in its logs is served on as the new node's; readers that knew the old one see a new
     * sender, and may get again what they had.
     *
     * @return who it is from now on
     */
    public NodeId newIdentity() {
        long epoch = 0;
        for (String log : logs()) {
            epoch = Math.max(epoch, survey(log).read((records, at, from) -> {}).lastEpoch());
        }
        SecureRandom chance = new SecureRandom();
        NodeId id = new NodeId(chance.nextLong(), chance.nextLong());
        NodeFile.renew(storage, id, epoch);
        return id;
    }

    private LogSurvey survey(String log) {
        if (!logs().contains(log)) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "there is no log '" + log + "' here; there are: " + logs());
        }
        return new LogSurvey(storage, log);
    }

    private static State state(LogSurvey.Found found) {
        List<Damaged> damaged = new ArrayList<>();
        found.damages()
                .forEach((file, all) -> all.forEach(d -> damaged.add(new Damaged(file, d.fromLsn(), d.toLsn()))));
        return new State(found.records(), found.firstLsn(), found.endLsn(), List.copyOf(damaged), found.torn());
    }

    private static Entry entry(ByteBuffer b, int at, Position id) {
        long expiry = Record.expiry(b, at);
        int key = Record.key(b, at);
        int subject = Record.subject(b, at);
        int payload = Record.payload(b, at);
        return new Entry(
                id.epoch(),
                id.lsn(),
                Record.time(b, at),
                expiry == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(expiry),
                key < 0 ? null : string(b, key),
                subject < 0 ? "" : string(b, subject),
                headers(b, Record.headers(b, at)),
                b.slice(payload, at + Record.length(b, at) - payload).asReadOnlyBuffer());
    }

    private static Map<String, String> headers(ByteBuffer b, int at) {
        Map<String, String> headers = new LinkedHashMap<>();
        int count = at < 0 ? 0 : Record.stringLength(b, at);
        int next = at + 2;
        for (int i = 0; i < count; i++) {
            String name = string(b, next);
            next += 2 + Record.stringLength(b, next);
            headers.put(name, string(b, next));
            next += 2 + Record.stringLength(b, next);
        }
        return headers;
    }

    private static String string(ByteBuffer b, int at) {
        byte[] bytes = new byte[Record.stringLength(b, at)];
        b.get(at + 2, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Gives the directory back. */
    @Override
    public void close() {
        storage.close();
    }
}
