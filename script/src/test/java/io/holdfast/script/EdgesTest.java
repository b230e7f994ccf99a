package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the reference does at the edges of its constructs: the value, or the place of the error. In
 * programs, {@code ⏎} is a line break.
 */
class EdgesTest {
  private static final String EVENT =
      "{\"a\":1,\"b\":\"two\",\"f\":[1,2,3],\"g\":{\"x\":1,\"y\":{\"z\":\"deep\"}}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          1.                             ^ 1.0
          -0x10                          ^ -16
          1_000.5_0                      ^ 1000.5
          1.5e+3                         ^ 1500.0
          --5                            ^ 5
          5 - 3                          ^ 2
          5 -3                           ^ 1:3
          5-3                            ^ 1:2
          event.a -1                     ^ 1:9
          1.5E3                          ^ 1:4
          1.5e                           ^ 1:1
          0xfg                           ^ 1:1
          0b101                          ^ 1:2
          12x3                           ^ 1:1
          -9223372036854775808           ^ -9223372036854775808
          -9223372036854775809           ^ 1:1
          - 9223372036854775808          ^ 1:3
          -(-9223372036854775807 - 1)    ^ 1:1
          -(9223372036854775807 + 1)     ^ 1:1
          """)
  void numbersEndWhereTheReferenceEndsThem(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          "\\'\\/\\b"                    ^ "'/\\b"
          "a#{1"                         ^ 1:3
          "a#{}b"                        ^ 1:3
          "a#{ }b"                       ^ 1:6
          "a#{1 2}b"                     ^ 1:7
          "#{"\\q"}"                     ^ 1:5
          "a #{ "b }"                    ^ 1:4
          "a #{ `b }"                    ^ 1:7
          \"""⏎abc #{⏎\"""                ^ 1:1
          \"""⏎abc #{ \"x⏎\"""            ^ 2:8
          match "a1" of case ~ re|a\\\\d| => 1 default => 2 end   ^ 1
          match "a1" of case ~ re|a\\d| => 1 default => 2 end     ^ 1:27
          match "xab" of case ~ re|xa\\⏎b| => 1 default => 2 end  ^ 1
          """)
  void stringsAndPatternsSayWhereTheyAreWrong(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          (1 + 2) + event.b              ^ 1:1
          1 + (2 * event.b)              ^ 1:6
          (event.b) + 1                  ^ 1:1
          -event.b                       ^ 1:2
          not (event.a)                  ^ 1:6
          -"x"                           ^ 1:1
          $["x"]                         ^ 1:2
          $.x                            ^ 1:2
          const A = 1; const A = 2; A    ^ 1:14
          present event.f["x"]           ^ false
          present event.f[event.b]       ^ 1:17
          event.f["x"]                   ^ 1:9
          event.a[event.g]               ^ 1:1
          event.a[event.b]               ^ 1:9
          event[event.a]                 ^ 1:7
          {"#{event.x}": event.y}        ^ 1:22
          """)
  void operandsAreWhereTheReferenceSeesThem(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          event.nope; 5                                            ^ 5
          5; const A = 1                                           ^ 1
          5; const A = 1; fn f() with 1 end                        ^ 5
          let event = 6; const A = 1; mod m with const B = 1 end   ^ 6
          event.a + "x"; 5                                         ^ 5
          1 + "x"; 5                                               ^ 1:1
          nope; 5                                                  ^ 1:1
          let x = event.nope; 5                                    ^ 1:15
          match 1 of case 1 => event.nope default => 2 end; 5      ^ 5
          match 1 of case 1 => event.nope, 5 default => 2 end      ^ 5
          match event.nope of case 1 => 1 default => 2 end; 5      ^ 1:13
          for event.f of case (i, e) => e.nope end; 5              ^ 5
          for event.f of case (i, e) => drop end; 5                ^ dropped
          for event.f of case (i, e) => let event.n = e end; event.n ^ 3
          fn f(a) with event.nope; a end; f(1)                     ^ 1
          """)
  void whatNothingAsksForIsNotEvaluated(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          args                                                     ^ null
          fn f(a) with args end; f(1)                              ^ []
          fn f(a) with args end; f(1, 2)                           ^ [2]
          fn f(a, ...) with match a of case 0 => args default => recur(a - 1) end end; f(2, 7) ^ [7]
          fn f(n) with $ end; f(1)                                 ^ null
          core::chash::jump("k", 10)                               ^ 6
          core::system::instance()                                 ^ "tremor"
          core::origin::host()                                     ^ "localhost"
          core::test::assert("a", 1, 1.0)                          ^ false
          core::test::assert(null, [1, {"a": "b"}], [1, {"a": "b"}]) ^ true
          fn f(n) with let $a = n end; f(1)                        ^ 1:19
          fn f() with const A = 1; A end; f()                      ^ 1:13
          fn f() with fn g() with 1 end; g() end; f()              ^ 1:13
          """)
  void functionsSeeOnlyWhatTheyAreGiven(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          fn f(a) with core::string::len(a) end; [f("xy"), f(event.b)]               ^ [2,3]
          fn f(a) with core::string::len(a) end; [f(event.a)]                        ^ 1:41
          fn f(a) with core::string::len(a) end; match event.a of case f(1) => 1 default => 2 end ^ 1:62
          fn f(a) with core::string::len(a) end; fn g(b) with f(b) end; 1 + g(1)     ^ 1:67
          fn f(a) with core::string::len(a) end; f("x", 2)                           ^ 1:40
          mod m with fn f(a, b) with core::math::max(a, b) end; end; m::f(event.b, 1) ^ 1:60
          mod m with intrinsic fn f(a) as string::len; end; [m::f(event.a)]          ^ 1:52
          mod m with intrinsic fn f(a, ...) as string::replace; end; [m::f(event.b, "w", "z")] ^ ["tzo"]
          mod m with intrinsic fn f(a, ...) as string::replace; end; [m::f(event.a, "b", "c")] ^ 1:61
          mod m with intrinsic fn f(a, ...) as string::replace; end; [m::f(event.b, "x")] ^ 1:61
          fn f(a, b) with core::math::max(b, a) end; [f(event.b, 1)]                 ^ 1:17
          fn f(a) with core::math::max(a, 1) end; [f(event.b)]                       ^ 1:14
          fn f(a) with let x = 1; core::string::len(a) end; [f(event.a)]             ^ 1:25
          """)
  void aFunctionThatOnlyHandsItsArgumentsOnFailsWhereItIsCalled(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          mod m with const c = 1; end; m::c          ^ 1
          mod m with const c = 1; end; 1 + m::nope   ^ 1:34
          mod m with const c = 1; end; m::nope.x     ^ 1:30
          mod m with const c = 1; end; present m::x  ^ 1:38
          use std::integer;⏎[1, integer::nope]       ^ 2:5
          """)
  void aConstantThatAModuleHasNotIsRefusedWhereItsPathBegins(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          use std::string⏎1                                        ^ 1:16
          use std::string ⏎1                                       ^ 1:17
          use std::string; 1                                       ^ 1:18
          use std::string;                                         ^ 1:16
          use std::string.len;⏎1                                   ^ 1:16
          """)
  void aUseEndsWithItsLine(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          event.                         ^ 1:6
          event. # c                     ^ 1:8
          event.⏎                        ^ 1:7
          event.⏎⏎                       ^ 2:1
          {"a"                           ^ 1:4
          match "x"                      ^ 1:9
          {\"""⏎x\"""                     ^ 2:2
          """)
  void aFileThatEndsTooEarlyEndsWithTheLastThingInIt(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          <<1:4>>                        ^ "AQ=="
          <<1:9>>                        ^ "AAE="
          <<1:4, 2:4>>                   ^ "Eg=="
          <<1:4, <<1,2>>/binary>>        ^ "EBAC"
          <<511:9/little>>               ^ "gAE="
          <<66051:24/little>>            ^ "AwIB"
          <<1:-1>>                       ^ 1:3
          """)
  void bitsThatFillNoByteAreItsLowPart(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          1 2 1e3                        ^ 1:6
          {a: "\\q"}                     ^ 1:6
          x = 0xgg                       ^ 1:5
          match 1 then 1 "abc            ^ 1:16
          1 2⏎let x = |abc               ^ 2:9
          let x 1; `y                    ^ 1:10
          1 2 ?                          ^ 1:3
          if event.a == 'x' then 1       ^ 1:4
          """)
  void whatCannotBeReadComesBeforeWhatCannotBeParsed(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          mod m with const A = 1 end; 1 + m::B                     ^ 1:33
          mod m with const A = 1 end; m::n::B                      ^ 1:29
          mod m with const A = 1 end; present m::A                 ^ true
          mod m with const A = 1 end; present m::B                 ^ 1:37
          absent nope::B                                           ^ 1:8
          use std::math;⏎[math::nope]                              ^ 2:2
          """)
  void aConstantOfAModuleMustBeThere(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  private static String answer(String program) {
    return Run.answer(program.replace('⏎', '\n'), EVENT);
  }
}
