package io.parley.tools.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;

/** The demo's work: each word of the licence is an order, done by counting its letters. */
final class Orders {
    private static final String FILE = "/META-INF/LICENSE";

    private Orders() {}

    static List<String> words() throws IOException {
        try (InputStream in = Orders.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IOException(FILE + " is not on the class path");
            }
            return Stream.of(new String(in.readAllBytes(), UTF_8).split("\\s+"))
                    .filter(word -> !word.isEmpty())
                    .toList();
        }
    }

    static int letters(String word) {
        return (int) word.codePoints().filter(Character::isLetter).count();
    }
}
