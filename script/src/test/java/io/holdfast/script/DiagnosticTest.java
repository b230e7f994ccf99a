package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosticTest {
  @Test
  void theSourceIsShownWithCaretsAndAHint() {
    assertThat(rendered("use std::string;\nstring::lenght(event.name)"))
        .isEqualTo(
            """
            f.tremor:2:1: error: there is no function `lenght` in the module `std::string`
            2 | string::lenght(event.name)
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^
              = did you mean `len`?\
            """);
  }

  @Test
  void columnsCountCodePointsAndTabsStayTabs() {
    assertThat(rendered("let a = \"\uD83D\uDE00é\";\n\tlet b = \"\uD83D\uDE00\" + nope"))
        .isEqualTo(
            """
            f.tremor:2:16: error: there is no `nope` here
            2 | \tlet b = "\uD83D\uDE00" + nope
              | \t              ^^^^\
            """);
  }

  @Test
  void aSpanOverSeveralLinesIsMarkedToTheEndOfItsFirst() {
    assertThat(rendered("1 +\n  [\n  ]"))
        .isEqualTo(
            """
            f.tremor:1:1: error: `+` is not defined for the types integer and array
            1 | 1 +
              | ^^^\
            """);
  }

  @Test
  void theEndOfTheFileIsShownAtWhatComesLast() {
    assertThat(rendered("1 + # and then?\r\n"))
        .isEqualTo(
            """
            f.tremor:1:17: error: expected an expression after this, but the file ends
            1 | 1 + # and then?
              |                ^\
            """);
  }

  @Test
  void aPlaceAfterTheLastCharOfALineHasACaretToo() {
    assertThat(rendered("use std::nope;\n1"))
        .isEqualTo(
            """
            f.tremor:1:15: error: there is no module `std::nope`
            1 | use std::nope;
              |               ^\
            """);
  }

  @Test
  void aVeryLongLineIsCutAroundThePlace() {
    String text = rendered("[" + "1, ".repeat(10_000) + "nope" + ", 1".repeat(10_000) + "]");

    assertThat(text).startsWith("f.tremor:1:30002: error: there is no `nope` here\n1 | ");
    assertThat(text.length()).isLessThan(500);
    List<String> lines = text.lines().toList();
    assertThat(lines.get(1).substring(lines.get(2).indexOf('^'))).startsWith("nope, 1");
  }

  @Test
  void aRuntimeErrorNamesItsPlaceInItsMessage() {
    Run run = Run.script("let x = 1;\nevent.name + x", List.of("{\"nam\":2}"));

    assertThat(run.errors).hasSize(1);
    assertThat(run.errors.getFirst().render())
        .isEqualTo(
            """
            test:2:7: error: the record has no field `name`
            2 | event.name + x
              |       ^^^^
              = did you mean `nam`?\
            """);
  }

  @Test
  void aMessageIsOneLineOfBoundedLengthWhateverItQuotes() {
    String key = "a\\n" + "x".repeat(100_000);
    Run run = Run.script("event[event.k]", List.of("{\"k\":\"" + key + "\"}"));

    assertThat(run.errors.getFirst().message())
        .startsWith("the record has no field `a xxx")
        .endsWith("xxx…")
        .hasSize(501);
  }

  @Test
  void aHyphenThatWasMeantAsAMinusIsExplained() {
    Run run = Run.script("event.count-1", List.of("{\"total\":2}"));

    assertThat(run.errors.getFirst().hint())
        .isEqualTo("a hyphen is part of a name; put blanks around it to subtract");
  }

  @Test
  void aWarningSaysSoAndStopsNothing() {
    Script script = Script.load(Run.source("match event of case 1 => 2 end"));

    assertThat(script.warnings()).hasSize(1);
    assertThat(script.warnings().getFirst().header()).startsWith("test:1:1: warning: this match");
  }

  @Test
  void aFileThatIsNotUtf8IsRefusedWithThePlace(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("x.tremor");
    Files.write(file, "let é =\n \u00e9".getBytes(StandardCharsets.ISO_8859_1));

    Assertions.assertThatThrownBy(() -> SourceFile.read(file))
        .isInstanceOf(LoadException.class)
        .hasMessage(file + ":1:5: error: this is not valid UTF-8");
  }

  private static String rendered(String script) {
    LoadException thrown =
        Objects.requireNonNull(
            Assertions.catchThrowableOfType(
                LoadException.class, () -> Script.load(SourceFile.of("f.tremor", script))));
    return thrown.diagnostics().getFirst().render();
  }
}
