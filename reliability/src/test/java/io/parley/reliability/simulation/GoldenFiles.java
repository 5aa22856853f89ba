package io.parley.reliability.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.testkit.log.FaultyStorage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Files that a version of the layouts left, as text: the size, then each row that is not all zeros, where it begins and its
 * bytes. With {@code -Dparley.golden=DIRECTORY} they are written anew into folders of that; they only ever change with the
 * layouts' version.
 */
final class GoldenFiles {
    private static final int ROW = 32;

    private GoldenFiles() {}

    /** Where to write those of a folder anew; null when they are to be read. */
    static @Nullable Path anew(String folder) throws IOException {
        String directory = System.getProperty("parley.golden");
        return directory == null ? null : Files.createDirectories(Path.of(directory, folder));
    }

    static FaultyStorage restored(String folder, List<String> names) throws IOException {
        FaultyStorage files = new FaultyStorage(1 << 30);
        for (String name : names) {
            restore(files, folder, name);
        }
        files.forceDirectory();
        return files;
    }

    private static void restore(FaultyStorage files, String folder, String name) throws IOException {
        try (InputStream in = GoldenFiles.class.getResourceAsStream("/golden/" + folder + "/" + name + ".hex")) {
            List<String> lines = new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8)
                    .lines()
                    .toList();
            var file = files.create(name, Integer.parseInt(lines.get(0)));
            for (String line : lines.subList(1, lines.size())) {
                String[] parts = line.split(" ");
                file.write(ByteBuffer.wrap(HexFormat.of().parseHex(parts[1])), Integer.parseInt(parts[0]));
            }
            file.force();
        }
    }

    static void dump(FaultyStorage files, List<String> names, Path directory) throws IOException {
        for (String name : names) {
            dump(files, name, directory);
        }
    }

    private static void dump(FaultyStorage files, String name, Path directory) throws IOException {
        byte[] bytes = new byte[files.open(name).size()];
        files.open(name).view().get(bytes);
        StringBuilder text = new StringBuilder(bytes.length + "\n");
        for (int at = 0; at < bytes.length; at += ROW) {
            byte[] row = Arrays.copyOfRange(bytes, at, Math.min(at + ROW, bytes.length));
            if (!Arrays.equals(row, new byte[row.length])) {
                text.append(at)
                        .append(' ')
                        .append(HexFormat.of().formatHex(row))
                        .append('\n');
            }
        }
        Files.writeString(directory.resolve(name + ".hex"), text);
    }
}
