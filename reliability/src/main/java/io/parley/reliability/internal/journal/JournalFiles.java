package io.parley.reliability.internal.journal;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.spi.Storage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The files of one log in its directory: {@code NAME.NUMBER.log} with 16 hexadecimal digits, which never come again. One that
 * is done with is kept as {@code NAME.free.N}, to become the next one by a rename; one in which damage was found goes to
 * {@code quarantine/}. The thread that commits.
 */
final class JournalFiles {
    private static final int SPARES = 2;
    private static final int DIGITS = 16;
    private static final String FREE = ".free.";
    private static final String END = ".log";
    private static final String QUARANTINE = "quarantine/";
    private static final String REPAIRED = "repaired/";

    private record Spare(String name, Storage.File file) {}

    /** The names of the logs in a directory, sorted. */
    static List<String> logs(Storage storage) {
        return storage.list().stream()
                .filter(name -> name.matches(".+\\.[0-9a-f]{16}\\.log"))
                .map(name -> name.substring(0, name.length() - END.length() - DIGITS - 1))
                .distinct()
                .toList();
    }

    private final Storage storage;
    private final DiskBudget budget;
    private final String prefix;
    private final ArrayDeque<Spare> spares = new ArrayDeque<>();
    private long lastNumber;
    private long freed;
    private boolean refused;

    JournalFiles(Storage storage, DiskBudget budget, String prefix) {
        this.storage = storage;
        this.budget = budget;
        this.prefix = prefix;
    }

    /** The numbers of the files that are there, in order. */
    List<Long> find() {
        List<Long> numbers = new ArrayList<>();
        for (String name : storage.list()) {
            if (name.startsWith(prefix + ".") && name.endsWith(END)) {
                String digits = name.substring(prefix.length() + 1, name.length() - END.length());
                numbers.add(Long.parseUnsignedLong(digits, 16));
            }
        }
        lastNumber = numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
        return numbers;
    }

    /** Opens one that is there. */
    Storage.File open(long number) {
        return storage.open(name(number));
    }

    /** Gives the spares of an earlier run back, and counts what is there as used. */
    void takeOver(List<Storage.File> files) {
        for (String name : storage.list()) {
            if (name.startsWith(prefix + FREE)) {
                storage.delete(name);
            }
        }
        files.forEach(f -> budget.found(f.size()));
    }

    String name(long number) {
        return String.format(Locale.ROOT, "%s.%016x%s", prefix, number, END);
    }

    long lastNumber() {
        return lastNumber;
    }

    DiskBudget budget() {
        return budget;
    }

    void forceDirectory() {
        storage.forceDirectory();
    }

    /** What the logs of the directory can have together. */
    long room() {
        long used = budget.used();
        return Math.min(budget.bytes(), used + Math.min(storage.freeBytes(), Long.MAX_VALUE - used));
    }

    /** A file for this number, there for ever. Its old bytes are another number's, and so no groups of it. */
    JournalFile make(JournalLog log, long number, int size) {
        String name = name(number);
        Spare spare = spare(size);
        Storage.File file;
        if (spare == null) {
            file = create(name, size);
            file.force();
        } else {
            storage.rename(spare.name, name);
            file = spare.file;
        }
        storage.forceDirectory();
        lastNumber = number;
        return new JournalFile(log, number, name, file);
    }

    private @Nullable Spare spare(int size) {
        Spare spare = spares.peek();
        return spare != null && spare.file.size() == size ? spares.poll() : null;
    }

    /** Whether there is so much room, in files that were kept for it or on the disk; if not, it is asked back. */
    boolean hasRoom(long bytes) {
        long kept = spares.stream().mapToLong(spare -> spare.file.size()).sum();
        boolean has = storage.freeBytes() + kept >= bytes;
        if (!has) {
            storage.reclaim();
        }
        return has;
    }

    /** After a refusal by the disk it is asked again only when there is room for two: one would be gone at once. */
    private Storage.File create(String name, int size) {
        if (refused && storage.freeBytes() < 2L * size) {
            storage.reclaim();
            throw full(name, size, "the disk is full; make room on it");
        }
        if (!budget.take(size)) {
            throw full(
                    name,
                    size,
                    "the logs of this directory use " + budget.used() + " of their budget of " + budget.bytes()
                            + " bytes; let readers catch up, keep less, or raise the budget");
        }
        boolean made = false;
        refused = true;
        try {
            Storage.File file = storage.create(name, size);
            made = true;
            refused = false;
            return file;
        } finally {
            if (!made) {
                budget.give(size);
                storage.reclaim();
            }
        }
    }

    private static ParleyException full(String name, int size, String why) {
        return new ParleyException(ErrorCode.DISK_FULL, "create " + name + " of " + size + " bytes: " + why);
    }

    /** A file of an earlier run holds nothing to keep. Its number does not come again. */
    void discard(long number, Storage.File file) {
        file.close();
        storage.delete(name(number));
        storage.forceDirectory();
    }

    /** Keeps a copy of a file as it was found. */
    void quarantine(long number, Storage.File file) {
        Storage.File copy = storage.create(QUARANTINE + name(number), file.size());
        copy.write(file.view(), 0);
        copy.force();
        copy.close();
    }

    /** Puts another content in the place of a file, of which a copy is kept: all of it or nothing. */
    void replace(long number, Storage.File file, ByteBuffer content) {
        quarantine(number, file);
        String name = name(number);
        Storage.File made = storage.create(REPAIRED + name, content.remaining());
        made.write(content, 0);
        made.force();
        made.close();
        file.close();
        storage.rename(REPAIRED + name, name);
        storage.forceDirectory();
    }

    /** Files grow with their log: those that were kept before are of no more use then. */
    private void dropSpares(int usual) {
        for (Spare old = spares.peek(); old != null && old.file.size() != usual; old = spares.peek()) {
            spares.remove();
            old.file.close();
            storage.delete(old.name);
            budget.give(old.file.size());
        }
    }

    /** A file is not needed any more; one of the usual size is kept for the next records. */
    void recycle(JournalFile file, int usual) {
        int size = file.file.size();
        dropSpares(usual);
        if (file.isEvidence()) {
            file.file.close();
            storage.rename(file.name(), QUARANTINE + file.name());
            budget.give(size);
        } else if (size != usual || spares.size() >= SPARES || budget.crowded()) {
            file.file.close();
            storage.delete(file.name());
            budget.give(size);
        } else {
            String spare = prefix + FREE + ++freed;
            storage.rename(file.name(), spare);
            spares.add(new Spare(spare, file.file));
        }
    }
}
