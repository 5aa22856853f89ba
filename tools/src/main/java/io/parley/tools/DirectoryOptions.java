package io.parley.tools;

import io.parley.reliability.JournalDirectory.Entry;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which data directory to look into, and how to print what is there. */
class DirectoryOptions {
    @Option(names = "--data", required = true, paramLabel = "DIR", description = "The data directory of a node.")
    private Path data;

    @Option(names = "--json", description = "One object a line.")
    private boolean json;

    final Path data() {
        return data;
    }

    final boolean json() {
        return json;
    }

    static byte[] payload(Entry message) {
        byte[] payload = new byte[message.payload().remaining()];
        message.payload().get(0, payload);
        return payload;
    }
}
