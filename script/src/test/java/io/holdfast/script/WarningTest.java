package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarningTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          let x = 1; 5 ^ 1:5 `x` is never used
          let x = 1; let y = x; 5 ^ 1:16 `y` is never used
          fn f(a) with let b = a; 1 end; f(2) ^ 1:18 `b` is never used
          const A = 1; 5 ^ 1:7 `A` is never used
          fn f(a) with a end; 5 ^ 1:4 `f` is never used
          match 1 of case 1 => 1 end ^ 1:1 this match has no default
          match 1 of case _ => 1 default => 2 end ^ 1:17 this matches everything
          match 1 of case x = _ => x case 1 => 2 end ^ 1:17 this matches everything
          match 1 of case 1 => 1 case 1.0 => 2 default => 3 end ^ 1:29 an earlier case takes
          match 1 of case "a" => 1 case "b" => 2 case "a" => 3 default => 4 end ^ 1:45 an earlier case takes
          match {} of case %{ present a, a == 1 } => 1 default => 2 end ^ 1:29 `a` has another test
          match {} of case %{ absent a, a == 1 } => 1 default => 2 end ^ 1:28 `a` has another test, so this can never match
          match {} of case %{ a == 1, a == 2 } => 1 default => 2 end ^ 1:29 `a` cannot equal two values
          """)
  void whatIsOddIsSaidWithItsPlace(String program, String expected) {
    assertThat(said(program)).startsWith(expected).doesNotContain("(error)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          let x = 1
          let _x = 1; 5
          let x = 1; present x
          let x = {}; let x.a = 1; 5
          let x = 5; "#{x}"
          const A = 1; const B = A; B
          const A = 1
          let event.x = 1; let $y = 2; let state = 3; 5
          match 1 of case 1 when event == 1 => 1 case 1 => 2 default => 3 end
          match {} of case %{ a > 1, a < 5, a == 2, a == 2.0 } => 1 default => 2 end
          for [1] of case (i, e) => 5 end
          fn f(a) with 5 end; f(1)
          """)
  void whatIsUsualIsNot(String program) {
    assertThat(said(program)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          use std::string;|5 ^ 1:10 `string` is never used
          use std::string as text;|5 ^ 1:20 `text` is never used
          use std::nope;|5 ^ 1:15 there is no module `std::nope`
          """)
  void aModuleWithoutUseIsOdd(String program, String expected) {
    assertThat(said(program.replace('|', '\n'))).startsWith(expected);
  }

  /** Returns places and messages; those of errors are marked. */
  private static String said(String program) {
    try {
      return text(Script.load(Run.source(program)).warnings());
    } catch (LoadException e) {
      return text(e.diagnostics());
    }
  }

  private static String text(List<Diagnostic> diagnostics) {
    return diagnostics.stream()
        .map(
            it ->
                it.line()
                    + ":"
                    + it.column()
                    + " "
                    + it.message()
                    + (it.severity() == Diagnostic.Severity.ERROR ? " (error)" : ""))
        .collect(Collectors.joining("; "));
  }
}
