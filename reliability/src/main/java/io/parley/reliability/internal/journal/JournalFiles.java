package io.parley.reliability.internal.journal;

import io.parley.core.spi.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The files of one log in its directory: {@code NAME.NUMBER.log} with 16 hexadecimal digits, which never come again. One that
 * is done with is kept as {@code NAME.free.N}, to become the next one by a rename. The thread that commits.
 */
final class JournalFiles {
    private static final int SPARES = 2;
    private static final String FREE = ".free.";
    private static final String END = ".log";

    private final Storage storage;
    private final String prefix;
    private final List<String> spares = new ArrayList<>();
    private long lastNumber;
    private long freed;

    JournalFiles(Storage storage, String prefix) {
        this.storage = storage;
        this.prefix = prefix;
    }

    /** The numbers of the files that are there, in order. Spares of an earlier run are given back. */
    List<Long> find() {
        List<Long> numbers = new ArrayList<>();
        for (String name : storage.list()) {
            if (name.startsWith(prefix + FREE)) {
                storage.delete(name);
            } else if (name.startsWith(prefix + ".") && name.endsWith(END)) {
                String digits = name.substring(prefix.length() + 1, name.length() - END.length());
                numbers.add(Long.parseUnsignedLong(digits, 16));
            }
        }
        lastNumber = numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
        return numbers;
    }

    String name(long number) {
        return String.format(Locale.ROOT, "%s.%016x%s", prefix, number, END);
    }

    long lastNumber() {
        return lastNumber;
    }

    /** A file for this number, there for ever. Its old bytes are another number's, and so no groups of it. */
    JournalFile make(JournalLog log, long number, int size) {
        String name = name(number);
        Storage.File file;
        if (spares.isEmpty()) {
            file = storage.create(name, size);
            file.force();
        } else {
            storage.rename(spares.remove(spares.size() - 1), name);
            file = storage.open(name);
        }
        storage.forceDirectory();
        lastNumber = number;
        return new JournalFile(log, number, name, file);
    }

    /** A file of an earlier run holds nothing to keep. Its number does not come again. */
    void discard(long number, Storage.File file) {
        file.close();
        storage.delete(name(number));
        storage.forceDirectory();
    }

    /** A file is not needed any more. */
    void recycle(JournalFile file) {
        file.file.close();
        if (spares.size() >= SPARES) {
            storage.delete(file.name);
            return;
        }
        String spare = prefix + FREE + ++freed;
        storage.rename(file.name, spare);
        spares.add(spare);
    }
}
