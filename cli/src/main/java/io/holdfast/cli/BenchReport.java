package io.holdfast.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints what was measured: for programs a JSON document a line, at once; for people a table. */
final class BenchReport {
  private final Console console;
  private final boolean json;
  private final Table table;

  BenchReport(Console console, boolean json, String... columns) {
    this.console = console;
    this.json = json;
    this.table = new Table(columns);
  }

  /**
   * Adds one measurement.
   *
   * @param document for programs
   * @param cells of the table
   */
  void add(Map<String, @Nullable Object> document, Object... cells) {
    if (json) {
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
