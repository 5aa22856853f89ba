package io.parley.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whoever copies code from the README copies code that is compiled and run here. Above each Java block stands, as a comment,
 * which regions of which sample it shows, for example {@code <!-- Ticker: topic, publish -->}.
 */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- (\\w+): ([\\w, ]+) -->\n)?```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(((?!https?:)[^)#]+)\\)");
    private static final int MOST_LINES = 170;

    @TestFactory
    List<DynamicTest> shouldShowWhatIsCompiled() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(README, UTF_8));
        while (matcher.find()) {
            String sample = matcher.group(1);
            String regions = matcher.group(2);
            String shown = matcher.group(3);
            tests.add(DynamicTest.dynamicTest(sample + " " + regions, () -> {
                assertNotNull(sample, "no sample is named for:\n" + shown);
                assertEquals(regions(sample, regions.split(", ", -1)), shown);
            }));
        }
        assertFalse(tests.isEmpty(), "the README shows no code");
        return tests;
    }

    @Test
    void shouldPointAtWhatIsThere() throws IOException {
        Matcher matcher = LINK.matcher(Files.readString(README, UTF_8));
        List<String> missing = new ArrayList<>();
        while (matcher.find()) {
            if (!Files.exists(README.resolveSibling(matcher.group(1)))) {
                missing.add(matcher.group(1));
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void shouldBeShort() throws IOException {
        assertTrue(Files.readAllLines(README, UTF_8).size() <= MOST_LINES, "expected at most " + MOST_LINES + " lines");
    }

    private static String regions(String sample, String... names) throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/main/java/io/parley/samples", sample + ".java"), UTF_8);
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            int from = lineOf(source, "// tag::" + name);
            int to = lineOf(source, "// end::" + name);
            String region = source.subList(from + 1, to).stream().collect(Collectors.joining("\n"));
            text.append(text.isEmpty() ? "" : "\n")
                    .append(region.stripTrailing().stripIndent().strip())
                    .append('\n');
        }
        return text.toString();
    }

    private static int lineOf(List<String> source, String marker) {
        for (int i = 0; i < source.size(); i++) {
            if (source.get(i).strip().equals(marker)) {
                return i;
            }
        }
        throw new AssertionError("there is no line " + marker);
    }
}
