package io.parley.core.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SubjectIndexTest {
    private static final long SEED = Long.getLong("parley.seed", 3);
    private static final String[] TOKENS = {"a", "b", "ü", "long-token", "1"};
    private final SubjectIndex<Integer> index = new SubjectIndex<>();

    @Test
    void shouldMatchTokensWildcardsAndRests() {
        add("", "#", "*", "a", "a.*", "a.#", "*.b", "a.b.c");

        assertMatches("", "", "#");
        assertMatches("a", "#", "*", "a", "a.#");
        assertMatches("a.b", "#", "a.*", "a.#", "*.b");
        assertMatches("a.b.c", "#", "a.#", "a.b.c");
        assertMatches("x", "#", "*");
        assertMatches("x.y", "#");
    }

    @Test
    void shouldForgetWhatItRememberedWhenAFilterComesOrGoes() {
        Filter filter = new Filter("a.*");
        assertEquals(List.of(), match("a.b"));
        index.add(filter, 1);
        index.add(filter, 2);
        assertEquals(List.of(1, 2), match("a.b"));
        index.remove(filter, 1);
        assertEquals(List.of(2), match("a.b"));
        index.remove(filter, 1);
        assertEquals(1, index.size());
        index.remove(filter, 2);
        index.remove(new Filter("never.added"), 2);
        assertEquals(List.of(), match("a.b"));
        assertEquals(0, index.size());
    }

    @Test
    void shouldAnswerASubjectThatItKnowsWithTheSameList() {
        index.add(Filter.ALL, 1);

        assertSame(match("some.subject"), match("some.subject"));
    }

    @Test
    void shouldGoOnBeyondTheSubjectsThatItRemembers() {
        index.add(new Filter("7000.*"), 1);
        for (int i = 0; i < 10_000; i++) {
            assertEquals(i == 7000 ? List.of(1) : List.of(), match(i + ".x"));
        }
    }

    @Test
    void shouldAgreeWithAMatcherThatTriesEveryFilter() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Filter> filters = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            if (filters.size() > 40 || !filters.isEmpty() && random.nextInt(4) == 0) {
                Filter gone = filters.remove(random.nextInt(filters.size()));
                index.remove(gone, gone.text().hashCode());
            } else {
                Filter added = randomFilter(random);
                filters.add(added);
                index.add(added, added.text().hashCode());
            }
            for (int j = 0; j < 5; j++) {
                String subject = randomText(random, false);
                List<Integer> expected = filters.stream()
                        .filter(f -> matches(f.tokens(), tokens(subject)))
                        .map(f -> f.text().hashCode())
                        .sorted()
                        .toList();
                assertEquals(expected, match(subject).stream().sorted().toList(), subject + ", seed " + SEED);
                assertEquals(match(subject), index.match(subject));
            }
        }
        assertEquals(filters.size(), index.size());
    }

    private static Filter randomFilter(SplittableRandom random) {
        String text = randomText(random, true);
        return new Filter(random.nextInt(3) > 0 ? text : text.isEmpty() ? "#" : text + ".#");
    }

    private static String randomText(SplittableRandom random, boolean wild) {
        List<String> tokens = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            tokens.add(wild && random.nextInt(3) == 0 ? "*" : TOKENS[random.nextInt(TOKENS.length)]);
        }
        return String.join(".", tokens);
    }

    private static List<String> tokens(String subject) {
        return subject.isEmpty() ? List.of() : List.of(subject.split("\\.", -1));
    }

    private static boolean matches(List<String> filter, List<String> subject) {
        if (filter.isEmpty()) {
            return subject.isEmpty();
        }
        if (filter.get(0).equals("#")) {
            return true;
        }
        return !subject.isEmpty()
                && (filter.get(0).equals("*") || filter.get(0).equals(subject.get(0)))
                && matches(filter.subList(1, filter.size()), subject.subList(1, subject.size()));
    }

    private void add(String... filters) {
        for (String filter : filters) {
            index.add(new Filter(filter), filter.hashCode());
        }
    }

    private void assertMatches(String subject, String... filters) {
        List<Integer> expected =
                List.of(filters).stream().map(String::hashCode).sorted().toList();
        assertEquals(expected, match(subject).stream().sorted().toList(), subject);
    }

    private List<Integer> match(String subject) {
        byte[] bytes = subject.getBytes(UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length + 5).position(3);
        buffer.put(bytes);
        return index.match(buffer, 3, bytes.length);
    }
}
