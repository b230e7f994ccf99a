package io.holdfast.peers;

import io.holdfast.cli.JsonText;
import io.holdfast.cli.Table;
import io.holdfast.cli.bench.BarPlot;
import io.holdfast.cli.bench.Spread;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One table: several loads, each with ours and with others in turn on the same disk. */
final class Comparison {
  private final String title;
  private final int rounds;
  private final List<Row> rows = new ArrayList<>();

  /**
   * An empty one.
   *
   * @param title what all its rows are about
   * @param rounds how often each is measured
   */
  Comparison(String title, int rounds) {
    this.title = title;
    this.rounds = rounds;
  }

  /** What is measured. */
  interface Run {
    /** Runs once. */
    Map<Measure, Double> run() throws IOException, InterruptedException;
  }

  /**
   * Who is measured.
   *
   * @param title a name for people
   * @param run what it does; the first time does not count
   */
  record Contender(String title, Run run) {}

  /**
   * What a contender came to.
   *
   * @param load what it had to do
   * @param who did it
   * @param figures what came out
   * @param ours what came out for ours
   * @param own whether this is ours
   */
  record Row(
      String load,
      String who,
      Map<Measure, Spread> figures,
      Map<Measure, Spread> ours,
      boolean own) {
    /** How many times better ours is. */
    double ratio(Measure measure) {
      Spread its = figures.get(measure);
      Spread mine = ours.get(measure);
      return its == null || mine == null ? Double.NaN : measure.ratio(mine.median(), its.median());
    }
  }

  /** Measures one load; the first contender is ours. */
  void measure(String load, List<Contender> contenders) throws IOException, InterruptedException {
    List<Map<Measure, List<Double>>> values = new ArrayList<>();
    for (Contender contender : contenders) {
      contender.run.run();
      values.add(new TreeMap<>());
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < contenders.size(); i++) {
        Map<Measure, List<Double>> all = values.get(i);
        contenders
            .get(i)
            .run
            .run()
            .forEach(
                (measure, value) ->
                    all.computeIfAbsent(measure, m -> new ArrayList<>()).add(value));
      }
    }
    List<Map<Measure, Spread>> figures = values.stream().map(Comparison::spreads).toList();
    for (int i = 0; i < contenders.size(); i++) {
      rows.add(
          new Row(load, contenders.get(i).title(), figures.get(i), figures.getFirst(), i == 0));
    }
  }

  private static Map<Measure, Spread> spreads(Map<Measure, List<Double>> values) {
    Map<Measure, Spread> spreads = new TreeMap<>();
    values.forEach(
        (measure, all) ->
            spreads.put(
                measure, Spread.of(all.stream().mapToDouble(Double::doubleValue).toArray())));
    return spreads;
  }

  /** Draws the medians of one measure as bars. */
  void plot(Measure measure, Path file) throws IOException {
    BarPlot plot = new BarPlot(title, measure.title() + measure.unit());
    for (Row row : rows) {
      Spread spread = row.figures.get(measure);
      if (spread != null) {
        plot.add(row.load, row.who, spread.median() * measure.scale());
      }
    }
    plot.write(file);
  }

  /** Prints it for people. */
  void print(PrintStream out) {
    List<Measure> measures = new ArrayList<>();
    rows.forEach(
        row ->
            row.figures.keySet().stream()
                .filter(measure -> !measures.contains(measure))
                .forEach(measures::add));
    List<String> heads = new ArrayList<>(List.of("load", "store"));
    for (Measure measure : measures) {
      heads.add(measure.title());
      if (rounds > 1) {
        heads.add("spread");
      }
      if (measure.isCompared()) {
        heads.add("ours is");
      }
    }
    Table table = new Table(heads.toArray(String[]::new));
    for (Row row : rows) {
      List<Object> cells = new ArrayList<>(List.of(row.load, row.who));
      for (Measure measure : measures) {
        Spread spread = row.figures.get(measure);
        cells.add(spread == null ? "-" : measure.text(spread.median()));
        if (rounds > 1) {
          cells.add(spread == null ? "-" : String.format(Locale.ROOT, "%.2f", spread.factor()));
        }
        if (measure.isCompared()) {
          double ratio = row.ratio(measure);
          cells.add(
              row.own || Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f x", ratio));
        }
      }
      table.row(cells.toArray());
    }
    out.println();
    out.println(title);
    table.lines().forEach(out::println);
    out.flush();
  }

  /** Prints it for programs, a document a line. */
  void printJson(PrintStream out) {
    for (Row row : rows) {
      row.figures.forEach(
          (measure, spread) -> {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("table", title);
            all.put("load", row.load);
            all.put("store", row.who);
            all.put("measure", measure);
            all.put("median", spread.median());
            all.put("low", spread.low());
            all.put("high", spread.high());
            all.put("ours_is_better_by", row.ratio(measure));
            out.println(JsonText.of(all));
          });
    }
    out.flush();
  }
}
