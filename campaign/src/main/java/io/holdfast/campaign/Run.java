package io.holdfast.campaign;

import java.util.Locale;

/**
 * What one run did: a row of the book.
 *
 * @param day on which it ended, in UTC
 * @param what in words; the sums are over rows that say the same
 * @param times how often it was done, in the unit that {@code what} says
 * @param confirmed bundles or events that were accepted; 0 where none are counted
 * @param checked deliveries that were compared with what was accepted; 0 where none are counted
 * @param seed that it began with, or a dash
 * @param subject what was tested: the hash of the engine alone, or the word and the hash of a
 *     {@link Subject}
 */
record Run(
    String day,
    String what,
    long times,
    long confirmed,
    long checked,
    String seed,
    String subject) {
  private static final int CELLS = 7;
  private static final String NONE = "-";

  /** Reads a row. */
  static Run parse(String row) {
    String[] cells = row.split("\\|", -1);
    if (cells.length != CELLS + 2) {
      throw new IllegalArgumentException("no row of " + CELLS + " cells: " + row);
    }
    return new Run(
        cells[1].strip(),
        cells[2].strip(),
        number(cells[3]),
        number(cells[4]),
        number(cells[5]),
        cells[6].strip(),
        cells[7].strip());
  }

  private static long number(String cell) {
    String text = cell.strip();
    return text.equals(NONE) ? 0 : Long.parseLong(text.replace(",", ""));
  }

  private static String cell(long number) {
    return number == 0 ? NONE : String.format(Locale.ROOT, "%,d", number);
  }

  /** How the book names a subject with a hash. */
  static String subject(Subject subject, String hash) {
    return subject == Subject.ENGINE ? hash : subject.word() + " " + hash;
  }

  /** The word of its subject. */
  String kind() {
    int blank = subject.indexOf(' ');
    return blank < 0 ? Subject.ENGINE.word() : subject.substring(0, blank);
  }

  /** The hash of its subject. */
  String hash() {
    return subject.substring(subject.indexOf(' ') + 1);
  }

  Run plus(Run other) {
    return new Run(
        day,
        what,
        times + other.times,
        confirmed + other.confirmed,
        checked + other.checked,
        seed,
        subject);
  }

  /** As a row of the book. */
  String row() {
    return "| %s | %s | %s | %s | %s | %s | %s |"
        .formatted(day, what, cell(times), cell(confirmed), cell(checked), seed, subject);
  }

  /** As a row of the sums. */
  String sum() {
    return "| %s | %s | %s | %s |".formatted(what, cell(times), cell(confirmed), cell(checked));
  }
}
