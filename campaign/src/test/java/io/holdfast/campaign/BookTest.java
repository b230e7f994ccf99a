package io.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The book of the long runs adds up, also after the next row. */
class BookTest {
  private static final String EMPTY =
      """
      # A book

      <!-- sums -->

      <!-- runs -->
      | day | what | times | bundles confirmed | deliveries checked | seed | engine |
      | --- | --- | --- | --- | --- | --- | --- |

      The end.
      """;

  @TempDir private Path folder;

  @Test
  void theSumsInTheBookAreThoseOfItsRows() throws IOException {
    List<String> book = Files.readAllLines(Book.root().resolve(Book.PLACE));
    List<Run> runs = Book.runs(book);
    assertThat(runs).isNotEmpty();
    assertThat(Book.writtenSums(book)).isEqualTo(Book.sums(runs));
  }

  @Test
  void everyRowInTheBookSaysWhatRan() throws IOException {
    List<String> book = Files.readAllLines(Book.root().resolve(Book.PLACE));
    assertThat(Book.rows(book)).hasSameSizeAs(book.stream().filter(BookTest::isOfADay).toList());
    for (String row : Book.rows(book)) {
      Run run = Run.parse(row);
      assertThat(run.row()).isEqualTo(row);
      assertThat(LocalDate.parse(run.day())).isAfter("2026-11-20");
      assertThat(run.times()).isPositive();
      assertThat(run.hash()).matches("[0-9a-f]{12}");
      assertThat(Arrays.stream(Subject.values()).map(Subject::word)).contains(run.kind());
    }
  }

  private static boolean isOfADay(String line) {
    return line.matches("\\| \\d{4}-\\d{2}-\\d{2} .*");
  }

  @Test
  void aRowWithACellTooFewIsNone() {
    assertThatThrownBy(() -> Run.parse("| 2026-11-23 | kills | 3 | 10 | 20 | 469f14001171 |"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatWasRunOnTheSameSubjectIsSummedUp() throws IOException {
    assertThat(
            with(
                run("kills", 1_000, 10, "0123456789ab"),
                run("cuts", 2, 5, "0123456789ab"),
                run("kills", 3, 30, "0123456789ab")))
        .containsExactly(
            "| on engine 0123456789ab | times | bundles confirmed | deliveries checked |",
            "| --- | --- | --- | --- |",
            "| cuts | 2 | 5 | 10 |",
            "| kills | 1,003 | 40 | 80 |",
            "");
  }

  @Test
  void eachSubjectHasTheSumsOfItsNewestVersion() throws IOException {
    assertThat(
            with(
                run("kills of a server", 7, 70, "server aaaaaaaaaaaa"),
                run("kills", 1, 10, "0123456789ab"),
                run("kills of a server", 5, 50, "server bbbbbbbbbbbb"),
                run("seconds of JsonFuzzTest", 60, 0, "language cccccccccccc"),
                run("kills of a server", 6, 60, "server bbbbbbbbbbbb"),
                run("cuts", 2, 20, "ba9876543210")))
        .containsExactly(
            "| on engine ba9876543210 | times | bundles confirmed | deliveries checked |",
            "| --- | --- | --- | --- |",
            "| cuts | 2 | 20 | 40 |",
            "",
            "| on language cccccccccccc | times | bundles confirmed | deliveries checked |",
            "| --- | --- | --- | --- |",
            "| seconds of JsonFuzzTest | 60 | - | - |",
            "",
            "| on server bbbbbbbbbbbb | times | bundles confirmed | deliveries checked |",
            "| --- | --- | --- | --- |",
            "| kills of a server | 11 | 110 | 220 |",
            "");
  }

  @Test
  void aSubjectIsAnotherOneWhenAnyOfItsModulesChanges() throws IOException {
    write("engine/src/main/java/A.java", "a");
    String engine = Subject.ENGINE.hash(folder);
    String language = Subject.LANGUAGE.hash(folder);
    String server = Subject.SERVER.hash(folder);
    write("script/src/main/resources/patterns", "b");
    assertThat(Subject.ENGINE.hash(folder)).isEqualTo(engine);
    assertThat(Subject.LANGUAGE.hash(folder)).isNotEqualTo(language);
    assertThat(Subject.SERVER.hash(folder)).isNotEqualTo(server);
    server = Subject.SERVER.hash(folder);
    write("engine/src/main/java/A.java", "c");
    assertThat(Subject.ENGINE.hash(folder)).isNotEqualTo(engine);
    assertThat(Subject.SERVER.hash(folder)).isNotEqualTo(server);
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static Run run(String what, long times, long confirmed, String subject) {
    return new Run("2026-11-23", what, times, confirmed, 2 * confirmed, "1", subject);
  }

  /** The sums of a book to which these were added, which has kept what was around them. */
  private List<String> with(Run... runs) throws IOException {
    Path book = Files.writeString(folder.resolve("book.md"), EMPTY);
    for (Run run : runs) {
      Book.add(book, run);
    }
    List<String> lines = Files.readAllLines(book);
    assertThat(Book.runs(lines)).containsExactly(runs);
    assertThat(lines).startsWith("# A book", "", "<!-- sums -->").endsWith("", "The end.");
    return List.copyOf(Book.writtenSums(lines));
  }
}
