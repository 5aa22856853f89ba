package io.parley.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A row as bars, an SVG: the median as the bar, lowest and highest as a line across its end. */
final class Plot {
    private static final int LEFT = 150;
    private static final int WIDTH = 420;
    private static final int RIGHT = 110;
    private static final int BAR = 22;
    private static final int GAP = 8;
    private static final int TOP = 34;
    private static final String OURS = "#1f6f8b";
    private static final String THEIRS = "#9aa5ad";

    private final StringBuilder svg = new StringBuilder();
    private final double scale;

    private Plot(double most) {
        this.scale = WIDTH / most;
    }

    static String of(String title, Run.Unit unit, Map<String, List<Run>> row) {
        double most = row.values().stream()
                .flatMap(List::stream)
                .mapToDouble(Run::figure)
                .max()
                .orElse(1);
        Plot plot = new Plot(most);
        String axis = unit == Run.Unit.MICROS ? "p50 in µs, less is better" : "per second";
        plot.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n<text x=\"%d\" y=\"20\" font-size=\"14\">%s: %s</text>%n",
                LEFT + WIDTH + RIGHT, TOP + row.size() * (BAR + GAP) + GAP, GAP, title, axis);
        int y = TOP;
        for (var contender : row.entrySet()) {
            plot.bar(y, contender.getKey(), contender.getValue());
            y += BAR + GAP;
        }
        return plot.svg.append("</svg>\n").toString();
    }

    private void bar(int y, String contender, List<Run> runs) {
        double median = Figures.median(runs, Run::figure);
        double least = runs.stream().mapToDouble(Run::figure).min().orElse(median);
        double most = runs.stream().mapToDouble(Run::figure).max().orElse(median);
        int middle = y + BAR / 2;
        format("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n", LEFT - GAP, middle + 4, contender);
        format(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                LEFT, y, median * scale, BAR, contender.startsWith(Contender.OURS) ? OURS : THEIRS);
        format(
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"black\"/>%n",
                LEFT + least * scale, LEFT + most * scale, middle, middle);
        format("<text x=\"%.1f\" y=\"%d\">%s</text>%n", LEFT + most * scale + GAP, middle + 4, label(median));
    }

    private static String label(double figure) {
        return figure >= 1e6
                ? String.format(Locale.ROOT, "%.2f M", figure / 1e6)
                : String.format(Locale.ROOT, figure >= 1e4 ? "%,.0f" : "%.1f", figure);
    }

    private void format(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
