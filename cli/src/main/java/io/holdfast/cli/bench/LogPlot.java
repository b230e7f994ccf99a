package io.holdfast.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Lines through measured points, both axes logarithmic: what is flat costs the same everywhere. */
public final class LogPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 420;
  private static final int LEFT = 70;
  private static final int RIGHT = 190;
  private static final int TOP = 48;
  private static final int FOOT = 52;

  private final String title;
  private final String across;
  private final String up;
  private final Map<String, List<Point>> series = new LinkedHashMap<>();

  private record Point(double x, double y) {}

  /**
   * An empty one.
   *
   * @param title what is to be seen
   * @param across what the horizontal axis means, with its unit
   * @param up what the vertical axis means, with its unit
   */
  public LogPlot(String title, String across, String up) {
    this.title = title;
    this.across = across;
    this.up = up;
  }

  /** Adds a point to a series. What is not above zero is left out. */
  public void add(String name, double x, double y) {
    if (x > 0 && y > 0) {
      series.computeIfAbsent(name, n -> new ArrayList<>()).add(new Point(x, y));
    }
  }

  /** Writes it as SVG, if there is a point. */
  public void write(Path file) throws IOException {
    if (series.isEmpty()) {
      return;
    }
    int bottom = HEIGHT - FOOT;
    LogScale xs = scale(Point::x, LEFT, WIDTH - RIGHT);
    LogScale ys = scale(Point::y, bottom, TOP);
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    for (double mark : xs.marks()) {
      svg.grid(xs.at(mark), TOP, xs.at(mark), bottom);
      svg.text("mark", xs.at(mark), bottom + 16, "middle", LogScale.text(mark));
    }
    for (double mark : ys.marks()) {
      svg.grid(LEFT, ys.at(mark), WIDTH - RIGHT, ys.at(mark));
      svg.text("mark", LEFT - 8, ys.at(mark) + 4, "end", LogScale.text(mark));
    }
    svg.text("mark", (LEFT + WIDTH - RIGHT) / 2.0, bottom + 36, "middle", across);
    svg.text("mark", 16, TOP - 10, "start", up);
    int number = 0;
    for (Map.Entry<String, List<Point>> line : series.entrySet()) {
      svg.line(
          number,
          line.getValue().stream()
              .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", xs.at(point.x), ys.at(point.y)))
              .collect(Collectors.joining(" ")));
      for (Point point : line.getValue()) {
        svg.dot(number, xs.at(point.x), ys.at(point.y));
      }
      svg.dot(number, WIDTH - RIGHT + 16, TOP + 10 + number * 20);
      svg.text("mark", WIDTH - RIGHT + 26, TOP + 14 + number * 20, "start", line.getKey());
      number++;
    }
    svg.write(file);
  }

  private LogScale scale(ToDoubleFunction<Point> side, double start, double end) {
    List<Double> values =
        series.values().stream()
            .flatMap(List::stream)
            .map(point -> side.applyAsDouble(point))
            .sorted()
            .toList();
    return LogScale.of(values.getFirst(), values.getLast(), start, end);
  }
}
