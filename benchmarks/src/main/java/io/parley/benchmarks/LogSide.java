package io.parley.benchmarks;

import io.parley.core.channel.Flush;
import io.parley.tools.bench.Arrivals;
import io.parley.tools.bench.Crew;
import io.parley.tools.bench.DataDirectories;
import io.parley.tools.bench.Departures;
import io.parley.tools.bench.Work;
import io.parley.tools.bench.Work.Pattern;
import io.parley.tools.process.ParentLink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Writes into a log on disk, and reads it again when all is written: the side that is alone. */
public final class LogSide {
    private LogSide() {}

    /** What keeps the messages. */
    enum Medium {
        PARLEY_JOURNAL(Pattern.append, Pattern.force),
        LIMIT_MAPPED(Pattern.append),
        LIMIT_FORCE(Pattern.force),
        CHRONICLE(Pattern.append);

        @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
        private final Set<Pattern> does;

        Medium(Pattern... does) {
            this.does = Set.of(does);
        }

        /** The work that it can do. */
        Set<Pattern> does() {
            return does;
        }

        MessageLog open(Path directory, Work work) throws IOException {
            return switch (this) {
                case PARLEY_JOURNAL ->
                    new ParleyLog(directory, work.pattern() == Pattern.force ? Flush.ALWAYS : Flush.OS);
                case LIMIT_MAPPED -> new MappedLog(directory, work.size());
                case LIMIT_FORCE -> new ForcedFile(directory, work.size());
                case CHRONICLE -> new ChronicleLog(directory);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** A log that several threads may append to. What is appended is copied; an awaited append is on disk when it returns. */
    interface MessageLog extends AutoCloseable {
        void append(byte[] message) throws Exception;

        /** Everything that was appended, from the start. */
        void read(Consumer<byte[]> reader) throws Exception;
    }

    /** For the JVM of a side: what Chronicle Queue reaches into, and where logs are. */
    static String[] options(String directories) {
        return Stream.concat(ChronicleLog.OPTIONS.stream(), Stream.of(directories))
                .toArray(String[]::new);
    }

    /** Runs the side until the driver wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        Work work = Work.of(List.of(arguments).subList(1, 1 + Work.ARGUMENTS));
        try (DataDirectories data = new DataDirectories()) {
            Path directory = data.next();
            try (MessageLog log = Medium.valueOf(work.transport()).open(directory, work)) {
                Departures.listening(directory.toString());
                Crew crew = new Crew(work);
                crew.send(Departures.Bytes.REUSED, log::append);
                crew.report();
                log.read(new Arrivals(work, work.senders()).all());
            }
        }
        parent.awaitEnd();
        System.exit(0);
    }
}
