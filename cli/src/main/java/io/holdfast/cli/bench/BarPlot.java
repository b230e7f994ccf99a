package io.holdfast.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Groups of horizontal bars on a logarithmic scale, each bar with its value. */
public final class BarPlot {
  private static final int WIDTH = 760;
  private static final int LEFT = 250;
  private static final int RIGHT = 80;
  private static final int TOP = 48;
  private static final int BAR = 16;
  private static final int GAP = 14;
  private static final int FOOT = 34;

  private final String title;
  private final String unit;
  private final Map<String, Map<String, Double>> groups = new LinkedHashMap<>();

  /**
   * An empty one.
   *
   * @param title what is to be seen
   * @param unit of the values
   */
  public BarPlot(String title, String unit) {
    this.title = title;
    this.unit = unit;
  }

  /** Adds a bar to a group. Values that are not above zero are left out. */
  public void add(String group, String series, double value) {
    if (value > 0) {
      groups.computeIfAbsent(group, name -> new LinkedHashMap<>()).put(series, value);
    }
  }

  /** Writes it as SVG, if there is a bar. */
  public void write(Path file) throws IOException {
    List<Double> values =
        groups.values().stream().flatMap(group -> group.values().stream()).sorted().toList();
    if (values.isEmpty()) {
      return;
    }
    Set<String> names = new LinkedHashSet<>();
    groups.values().forEach(group -> names.addAll(group.keySet()));
    List<String> series = List.copyOf(names);
    int bottom = TOP + groups.values().stream().mapToInt(group -> group.size() * BAR + GAP).sum();
    // The shortest bar is to be seen as well.
    LogScale scale = LogScale.of(values.getFirst() / 2, values.getLast(), LEFT, WIDTH - RIGHT);
    Svg svg = new Svg(WIDTH, bottom + FOOT, title);
    for (double mark : scale.marks()) {
      svg.grid(scale.at(mark), TOP - 8, scale.at(mark), bottom);
      svg.text("mark", scale.at(mark), bottom + 14, "middle", LogScale.text(mark));
    }
    svg.text("mark", (LEFT + WIDTH - RIGHT) / 2.0, bottom + 29, "middle", unit);
    int y = TOP;
    for (Map.Entry<String, Map<String, Double>> group : groups.entrySet()) {
      svg.text("group", 16, y + BAR - 4, "start", group.getKey());
      for (Map.Entry<String, Double> bar : group.getValue().entrySet()) {
        double end = scale.at(bar.getValue());
        svg.bar(series.indexOf(bar.getKey()), LEFT, y + 2, end - LEFT, BAR - 4);
        svg.text("mark", LEFT - 6, y + BAR - 4, "end", bar.getKey());
        svg.text("mark", end + 5, y + BAR - 4, "start", LogScale.text(bar.getValue()));
        y += BAR;
      }
      y += GAP;
    }
    svg.write(file);
  }
}
