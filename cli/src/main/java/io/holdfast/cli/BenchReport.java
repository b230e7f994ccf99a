package io.holdfast.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints what was measured: for programs a JSON document a line, at once; for people a table. */
final class BenchReport {
  private final Console console;
  private final boolean json;
  private final Table table;
  private final ProgressBar bar;

  /** A measurement of one load. */
  interface Measurement<T> {
    /** Measures, and adds what came out. */
    void of(T load) throws IOException, InterruptedException;
  }

  BenchReport(Console console, boolean json, String... columns) {
    this.console = console;
    this.json = json;
    this.table = new Table(columns);
    this.bar = new ProgressBar(console.err(), ProgressBar.hasTerminal());
  }

  /** Measures one load after the other; who looks on sees how far it is. */
  <T> void each(List<T> loads, Measurement<T> measurement)
      throws IOException, InterruptedException {
    try (bar) {
      for (int i = 0; i < loads.size(); i++) {
        bar.at(i, loads.size());
        measurement.of(loads.get(i));
      }
    }
  }

  /**
   * Adds one measurement.
   *
   * @param document for programs
   * @param cells of the table
   */
  void add(Map<String, @Nullable Object> document, Object... cells) {
    if (json) {
      bar.clear();
      console.out().println(JsonText.of(document));
      console.out().flush();
    } else {
      table.row(cells);
    }
  }

  /** Prints what is still to be printed; returns the exit code. */
  int end() {
    if (!json) {
      table.lines().forEach(console.out()::println);
    }
    console.out().flush();
    return ExitCode.DONE.code();
  }
}
