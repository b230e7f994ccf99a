package io.holdfast.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A picture of lines, bars and texts as SVG text: dark where whoever looks at it prefers that, and
 * light otherwise. Colours are numbers that mean the same series everywhere.
 */
final class Svg {
  private static final String STYLE =
      """
      <style>
        svg { background: #ffffff; font-family: system-ui, sans-serif; font-size: 12px; }
        text { fill: #24292f; }
        .title { font-size: 15px; font-weight: 600; }
        .grid { stroke: #d8dee4; stroke-width: 1; }
        .line { fill: none; stroke-width: 2; }
        .c0 { fill: #0a6e5c; stroke: #0a6e5c; }
        .c1 { fill: #b35900; stroke: #b35900; }
        .c2 { fill: #5b6abf; stroke: #5b6abf; }
        .c3 { fill: #a03e99; stroke: #a03e99; }
        .c4 { fill: #6e7781; stroke: #6e7781; }
        .c5 { fill: #8a6d00; stroke: #8a6d00; }
        .line.c0, .line.c1, .line.c2, .line.c3, .line.c4, .line.c5 { fill: none; }
        @media (prefers-color-scheme: dark) {
          svg { background: #0d1117; }
          text { fill: #e6edf3; }
          .grid { stroke: #30363d; }
          .c0 { fill: #3fd0b4; stroke: #3fd0b4; }
          .c1 { fill: #f0883e; stroke: #f0883e; }
          .c2 { fill: #97a5ff; stroke: #97a5ff; }
          .c3 { fill: #e07ad8; stroke: #e07ad8; }
          .c4 { fill: #9aa4ae; stroke: #9aa4ae; }
          .c5 { fill: #d9b93b; stroke: #d9b93b; }
        }
      </style>
      """;

  private static final int COLOURS = 6;

  private final StringBuilder body = new StringBuilder();
  private final int width;
  private final int height;

  Svg(int width, int height, String title) {
    this.width = width;
    this.height = height;
    body.append(STYLE);
    text("title", 16, 24, "start", title);
  }

  /** A text at a place: {@code start}, {@code middle} or {@code end} of it lies there. */
  void text(String style, double x, double y, String anchor, String text) {
    body.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            style,
            x,
            y,
            anchor,
            escaped(text)));
  }

  /** A thin line behind the data. */
  void grid(double x1, double y1, double x2, double y2) {
    body.append(
        String.format(
            Locale.ROOT,
            "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
            x1,
            y1,
            x2,
            y2));
  }

  /** A filled rectangle of a series. */
  void bar(int series, double x, double y, double wide, double high) {
    body.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"c%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>%n",
            series % COLOURS,
            x,
            y,
            wide,
            high));
  }

  /** A point of a series. */
  void dot(int series, double x, double y) {
    body.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>%n",
            series % COLOURS,
            x,
            y));
  }

  /** A line through points, written as {@code x,y x,y}. */
  void line(int series, String points) {
    body.append("<polyline class=\"line c")
        .append(series % COLOURS)
        .append("\" points=\"")
        .append(points)
        .append("\"/>\n");
  }

  /** Writes it, with the folders that are missing. */
  void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(
        file,
        String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\""
                    + " height=\"%2$d\">%n",
                width,
                height)
            + body
            + "</svg>\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
