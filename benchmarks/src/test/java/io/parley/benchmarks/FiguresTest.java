package io.parley.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parley.tools.bench.Extent;
import io.parley.tools.bench.Outcome;
import io.parley.tools.bench.Work;
import io.parley.tools.bench.Work.Mode;
import io.parley.tools.bench.Work.Pattern;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FiguresTest {
    private static final String OURS = "parley-zmtp";
    private static final Work WORK = new Work(Pattern.pushpull, Mode.best_effort, 64, Extent.messages(10), 1, "");

    @TempDir
    private Path home;

    @Test
    void shouldTakeTheMedianOfTheRatiosWithinARound() {
        Figures figures = new Figures();
        rates(figures, OURS, 100, 400, 90);
        rates(figures, Contender.JEROMQ, 50, 100, 90);
        assertEquals(2.0, figures.ratio("oneway-64", OURS, Contender.JEROMQ).orElseThrow(), 1e-6);
        assertTrue(figures.ratio("oneway-64", OURS, Contender.LIBZMQ).isEmpty());
    }

    @Test
    void shouldNameARateThatFellByMoreThanAFifth() throws Exception {
        Path recorded = record(2.0, 1.0);
        assertEquals(List.of(), Gate.fallen(measured(1.7, 1.1), recorded));
        assertEquals("[oneway-64/parley-zmtp: 1.50 x JeroMQ, recorded 2.00]", fallen(measured(1.5, 1.1), recorded));
    }

    @Test
    void shouldNameATimeThatRoseByMoreThanAQuarter() throws Exception {
        Path recorded = record(2.0, 1.0);
        assertEquals("[roundtrip-1/parley-zmtp: 1.30 x JeroMQ, recorded 1.00]", fallen(measured(4.0, 1.3), recorded));
        assertEquals(List.of(), Gate.fallen(measured(4.0, 0.5), recorded));
    }

    @Test
    void shouldKeepWhatWasRecordedOfRowsThatWereNotMeasured() throws Exception {
        Path recorded = record(2.0, 1.0);
        Figures one = new Figures();
        rates(one, OURS, 300);
        rates(one, Contender.JEROMQ, 100);
        Gate.record(one, recorded);
        assertEquals(
                List.of("oneway-64/parley-zmtp=3.00", "roundtrip-1/parley-zmtp=1.00"), Files.readAllLines(recorded));
    }

    @Test
    void shouldReadBackWhatOtherCommandsMeasured() throws Exception {
        Figures figures = measured(2.0, 0.5);
        Kept.write(figures, home.resolve("target/figures.jsonl"));
        assertEquals(
                figures.rows(), Kept.read(home.resolve("target/figures.jsonl")).rows());
    }

    @Test
    void shouldWriteAPageAndWellFormedPlotsWithRatiosForEveryFigure() throws Exception {
        Results.write(measured(2.0, 0.5), home);
        String page = Files.readString(home.resolve("RESULTS.md"));
        assertTrue(page.contains("| parley-zmtp | 200 (200–200) | – | 2.00 |"), page);
        assertTrue(page.contains("| parley-zmtp | 0.5 (0.5–0.5) | 1 | 2 | – | – | 0.50 | 0.50 |"), page);
        for (String row : List.of("oneway-64", "roundtrip-1")) {
            byte[] svg = Files.readString(home.resolve("plots/" + row + ".svg")).getBytes(StandardCharsets.UTF_8);
            var document =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg));
            // a ground, and a bar each
            assertEquals(3, document.getElementsByTagName("rect").getLength());
        }
    }

    private static String fallen(Figures figures, Path recorded) throws Exception {
        return Gate.fallen(figures, recorded).toString();
    }

    private Path record(double rate, double time) throws Exception {
        Path recorded = home.resolve("recorded.properties");
        Gate.record(measured(rate, time), recorded);
        return recorded;
    }

    /** Figures with these ratios to JeroMQ. */
    private static Figures measured(double rate, double time) {
        Figures figures = new Figures();
        rates(figures, OURS, rate * 100);
        rates(figures, Contender.JEROMQ, 100);
        figures.add("roundtrip-1", OURS, time(time));
        figures.add("roundtrip-1", Contender.JEROMQ, time(1));
        return figures;
    }

    private static void rates(Figures figures, String contender, double... perSecond) {
        for (int round = 0; round < perSecond.length; round++) {
            figures.add("oneway-64", contender, Run.of(round, WORK, outcome(perSecond[round], Map.of())));
        }
    }

    private static Run time(double micros) {
        return Run.of(0, WORK, outcome(1, Map.of("p50", micros, "p99", 2 * micros, "p999", 4 * micros)));
    }

    private static Outcome outcome(double perSecond, Map<String, Object> more) {
        Outcome.Side side = new Outcome.Side(1_000, perSecond, 1e6, 32_000);
        return new Outcome(side, side, more);
    }
}
