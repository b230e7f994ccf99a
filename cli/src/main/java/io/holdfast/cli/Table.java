package io.holdfast.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lines for people whose columns stand below each other. */
public final class Table {
  private final List<String[]> rows = new ArrayList<>();
  private final int[] widths;

  /** A table with these heads. */
  public Table(String... heads) {
    this.widths = new int[heads.length];
    row((Object[]) heads);
  }

  /** Adds a row with as many cells. */
  public void row(Object... cells) {
    String[] texts = Arrays.stream(cells).map(String::valueOf).toArray(String[]::new);
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], texts[i].length());
    }
    rows.add(texts);
  }

  /** The lines: the first column to the left, the others too, two blanks between. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
