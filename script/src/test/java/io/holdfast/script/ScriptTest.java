package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptTest {
  private static final String EVENT =
      "{\"a\":1,\"b\":\"two\",\"f\":[1,2,3],\"g\":{\"x\":1,\"y\":{\"z\":\"deep\"}}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          1 + 2 * 3 - 4               | 3
          2 - 3 - 4                   | -5
          1 + 1 == 2                  | true
          1 < 2 == true               | true
          true or false and false     | true
          true xor true or true       | true
          1 << 2 + 1                  | 8
          5 & 3 == 3                  | 1:1
          6 ^ 3 & 5                   | 7
          -2 * -3                     | 6
          - - 2                       | 2
          not not true                | true
          not false and true          | true
          !present event.a            | false
          not present event.a         | false
          8 / 2 / 2                   | 2.0
          -1 >>> 60                   | 15
          -8 >>> 0                    | -8
          -1 << 63                    | -9223372036854775808
          """)
  void operatorsBindAsInTheReference(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          let x = 1; match 2 of case x = 2 => x default => 0 end; x     ^ 1
          match 2 of case x = _ => x end; x                             ^ 1:33
          let i = 9; for [1, 2] of case (i, e) => i end; i              ^ 9
          for [1, 2] of case (i, e) => for [e] of case (i, e) => e end, i end ^ [0,1]
          for [1, 2] of case (i, e) => let q = e, q end; q              ^ 2
          let s = 1; for [1, 2] of case (i, e) => let s = s + e end; s  ^ 4
          fn f(a) of case (~ re|(?P<x>.)|) => a default => null end; f("q") ^ {"x":"q"}
          fn f(a, b) of case (1, ~ json||) => [a, b] default => [b, a] end; [f(1, "[2]"), f(2, 3)] ^ [[1,[2]],[3,2]]
          const A = 1; fn f() with A end; 2; fn g() with f() end        ^ 2
          2; const A = 1                                                ^ 1
          """)
  void namesOfACaseEndWithIt(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          18446744073709551615                           | 1:1
          9223372036854775807 + 1                        | 9223372036854775808
          9223372036854775807 + 9223372036854775807 + 1  | 18446744073709551615
          9223372036854775807 + 9223372036854775807 + 2  | 1:1
          -9223372036854775808 - 1                       | 1:1
          -9223372036854775808 * -1                      | 9223372036854775808
          - -9223372036854775808                         | 1:1
          9223372036854775807 * 2 - 9223372036854775807  | 9223372036854775807
          9223372036854775807 * 2 > 1                    | true
          9223372036854775807 * 2 == 1.8446744073709552e19 | true
          1 << 64                                        | 1:1
          1 % 0                                          | 1:1
          0.1 + 0.2 == 0.3                               | true
          1.0 / 0 == 1.0 / 0                             | true
          """)
  void numbersAreExactOrAnError(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          patch event.g of insert "n" => 1, move "n" => "m" end             | {"x":1,"y":{"z":"deep"},"m":1}
          patch event.g of copy "x" => "w", erase "x" end                   | {"y":{"z":"deep"},"w":1}
          patch event.g of insert "x" => 1 end                              | 1:25
          patch event.g of update "q" => 1 end                              | 1:25
          patch event.g of merge "y" => {"z": null, "w": {"v": null}} end   | {"x":1,"y":{"w":{"v":null}}}
          patch event.g of merge => {"x": null, "y": {"w": 1}} end          | {"y":{"z":"deep","w":1}}
          patch event.g of merge "y" => 1 end                               | {"x":1,"y":1}
          patch event.g of insert 1 => 1 end                                | 1:25
          patch event.g of upsert x = 2, insert k = 3 end                   | {"x":2,"y":{"z":"deep"},"k":3}
          patch event.g of insert k = event.nope end                        | 1:35
          merge event.g of {"y": {"z": null}} end                           | {"x":1,"y":{}}
          merge event.g of {"x": {"y": 1}, "y": 2} end                      | {"x":{"y":1},"y":2}
          merge event.a of {} end                                           | 1:7
          match event of case %{absent q, b == "two"} => 1 default => 2 end | 1
          match event of case r = %{f ~= %[2], present a} => r default => 2 end | {"f":[[1,2]],"a":1}
          match event of case %{g ~= %{y ~= %{z != "deep"}}} => 1 default => 2 end | 2
          match event.f of case r = %(1, _, ...) => r default => 2 end      | [1,2]
          match event.a of case 1 when event.b == "one" => 1 case x = _ => x + 1 end | 2
          match event.a of case 2 => 1 end                                  | 1:1
          match event.a of case 1 when 1 => 1 default => 2 end              | 1:30
          let event.new.deep = 1, event                                     | 1:23
          let event.new.deep = 1; event.new                                 | {"deep":1}
          let $a.b = 1; [$, $a.b]                                           | [{"a":{"b":1}},1]
          let x = 1; let x = x + 1; x                                       | 2
          match false of case true => let y = 1 default => 2 end; present y | false
          match false of case true => let y = 1 default => 2 end; y         | 1:57
          event.g["y"].z                                                    | "deep"
          event.f[event.a]                                                  | 2
          event.f["x"]                                                      | 1:9
          "#{"a#{"b#{1}"}"} \\"\\u00e9\\" {}"                               | "ab1 \\"é\\" {}"
          """)
  void edgesAreAsInTheReference(String program, String expected) {
    assertThat(answer(program)).isEqualTo(expected);
  }

  @Test
  void bothOperandsAreAlwaysLookedAt() {
    assertThat(answer("present event.no and event.no == 1")).isEqualTo("1:28");
    assertThat(answer("present event.a or event.no == 1")).isEqualTo("1:26");
  }

  @Test
  void stateStaysWhenTheEventIsDroppedOrFails() {
    Run run =
        Run.script(
            """
            let state = match state of case null => 1 default => state + 1 end;
            match state of
              case 1 => drop
              case 2 => event.missing
              default => emit state => "late"
            end
            """,
            List.of("{}", "{}", "{}"));

    assertThat(run.out).containsExactly(new Emission("late", Value.of(3), RecordValue.empty()));
    assertThat(run.errors).extracting(Diagnostic::line).containsExactly(4);
  }

  @Test
  void aParameterThatIsThereTwiceIsRefusedAtItsPlace() {
    assertThatThrownBy(() -> Script.load(Run.source("fn f(a, a) with a end; f(1, 2)")))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining(":1:9:")
        .hasMessageContaining("already a parameter `a`");
  }

  @Test
  void aFunctionCanNeitherEmitNorDrop() {
    assertThatThrownBy(() -> Script.load(Run.source("fn f(n) with emit n end; f(1)")))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining(":1:14:");
    assertThatThrownBy(() -> Script.load(Run.source("fn f(n) with drop end; f(1)")))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining(":1:14:");
  }

  @Test
  void instancesOfOneScriptDoNotShareState() {
    Script script =
        Script.load(
            Run.source("match state of case null => let state = 1 default => let state = 2 end"));
    EventContext event =
        new EventContext(Value.NULL, RecordValue.empty(), 0, java.net.URI.create("test:/"));
    ScriptInstance first = script.start(Run.ENVIRONMENT);

    assertThat(first.run(event).orElseThrow().value()).isEqualTo(Value.of(1));
    assertThat(first.run(event).orElseThrow().value()).isEqualTo(Value.of(2));
    assertThat(script.start(Run.ENVIRONMENT).run(event).orElseThrow().value())
        .isEqualTo(Value.of(1));
  }

  @Test
  void deepNestingIsABoundedError() {
    for (String open : List.of("(", "[", "{\"a\":", "-", "not ", "match ", "present event[")) {
      assertThatThrownBy(() -> Script.load(Run.source(open.repeat(100_000))))
          .as(open)
          .isInstanceOf(LoadException.class)
          .hasMessageContaining("deeper than 200");
    }
    String strings = "\"#{".repeat(1000) + "1" + "}\"".repeat(1000);
    assertThatThrownBy(() -> Script.load(Run.source(strings))).isInstanceOf(LoadException.class);
  }

  @Test
  void longChainsOfOperatorsAreBoundedToo() {
    assertThat(answer("1" + " + 1".repeat(1000))).isEqualTo("1001");
    assertThatThrownBy(() -> Script.load(Run.source("1" + " + 1".repeat(100_000))))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("more than 1000 operators");
    String chains = ("(1" + " + 1".repeat(999) + " + ").repeat(60) + "1" + ")".repeat(60);
    assertThat(answer(chains)).isEqualTo("60001");
    String left = "(".repeat(150) + "event" + (" + 1".repeat(999) + ")").repeat(150);
    assertThatThrownBy(() -> Run.script(left, List.of("1")))
        .isInstanceOf(LoadException.class)
        .hasMessage("test:1:1: error: an expression is nested too deeply");
  }

  @Test
  void hugeLiteralsAreReadOrRefusedQuickly() {
    assertThat(answer("\"" + "x".repeat(1 << 20) + "\" == \"\"")).isEqualTo("false");
    assertThat(answer("0".repeat(1 << 20) + "1")).isEqualTo("1");
    assertThat(answer("9".repeat(1 << 20))).isEqualTo("1:1");
    assertThat(answer("1." + "9".repeat(1 << 20))).isEqualTo("2.0");
    assertThat(answer("1.0e999999999")).isEqualTo("1:1");
  }

  @Test
  void aStateThatDoublesEndsWithAnErrorAndNotWithoutMemory() {
    Run run =
        Run.script(
            "let state = match state of case null => \"xxxxxxxx\" default => state + state end;"
                + " 1",
            java.util.Collections.nCopies(30, "1"));

    assertThat(run.errors).isNotEmpty();
    assertThat(run.errors.getFirst().message()).contains("string would have more than");
  }

  @Test
  void aValueNestedTooDeeplyIsALocatedErrorAndTheNextEventGoesOn() {
    Run run =
        Run.script(
            """
            let state = {"s": state};
            match event of
              case 1 => state == {"s": state}
              case 2 => "#{state}"
              default => true
            end
            """,
            java.util.stream.Stream.concat(
                    java.util.Collections.nCopies(100_000, "0").stream(),
                    java.util.stream.Stream.of("1", "2", "0"))
                .toList());

    assertThat(run.errors).hasSizeBetween(1, 2);
    assertThat(run.errors.getLast().header())
        .isEqualTo("test:4:13: error: the value is nested deeper than 1000");
    assertThat(run.out.getLast().value()).isEqualTo(Value.TRUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          "#{text}#{text}"                         | the string would have more than
          std::string::replace(text, "a", text)    | the string would have more than
          [text, text]                             | the JSON would have more than
          """)
  void whatGrowsWithEachStepEndsInAnError(String step, String message) {
    StringBuilder program = new StringBuilder("use std;\nlet text = event;\n");
    program.append("let text = %s;\n".formatted(step).repeat(30)).append("\"#{text}\"");

    Run run = Run.script(program.toString(), List.of("\"aaaaaaaa\""));

    assertThat(run.out).isEmpty();
    assertThat(run.errors.getFirst().message()).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          let x = [x, x]                                      ^ x == x                  ^ too many parts
          let x = {"a": x, "b": x}                            ^ merge x of x end        ^ too many parts
          let x = [x, x]                                      ^ std::array::contains([x], x) ^ too many parts
          let x = [x, x]                                      ^ std::array::flatten(x)  ^ more than 4194304 elements
          let x = std::array::flatten([x, x, x, x])           ^ 1                       ^ more than 4194304 elements
          let x = std::string::replace(x, "1", "11")          ^ std::string::split(x, "") ^ may have 4194304 characters
          """)
  void whatSharesItsPartsIsNotGoneThroughForEver(String step, String last, String message) {
    String first = step.contains("replace") ? "\"1\"" : step.contains("{") ? "{}" : "[1]";
    String program = "use std;\nlet x = " + first + ";\n" + (step + ";\n").repeat(25) + last;

    Run run = Run.script(program.replace("{}", "{\"a\": {}}"), List.of("1"));

    assertThat(run.errors.getFirst().message()).contains(message);
  }

  @Test
  void functionsThatCallEachOtherTwiceEndWithAnErrorAndTheNextEventGoesOn() {
    StringBuilder program = new StringBuilder("fn f0(n) with n end;");
    for (int i = 1; i <= 30; i++) {
      program.append("fn f%d(n) with f%d(n) + f%d(n) end;".formatted(i, i - 1, i - 1));
    }
    program.append("match event of case 1 => f30(1) default => f3(1) end");

    Run run = Run.script(program.toString(), List.of("1", "2"));

    assertThat(run.errors).hasSize(1);
    assertThat(run.errors.getFirst().message()).contains("more than 16777216 turns of loops");
    assertThat(run.out).extracting(Emission::value).containsExactly(Value.of(8));
  }

  @Test
  void loopsWithinLoopsEndWithAnError() {
    String loop = "for event of case (i, e) => ";
    Run run = Run.script(loop.repeat(30) + "1" + " end".repeat(30), List.of("[1, 2]"));

    assertThat(run.errors.getFirst().header())
        .endsWith(
            "error: the event takes more than 16777216 turns of loops and calls of functions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"((a{1000}){1000}){1000}", "(a{1000}b){1000,}", "(((x){50}){50}){50}"})
  void aPatternThatUnfoldsWithoutMeasureIsAnError(String pattern) {
    Run run = Run.script("use std;\nstd::re::is_match(event, \"a\")", List.of('"' + pattern + '"'));

    assertThat(run.errors.getFirst().message()).contains("100000 steps");
  }

  @Test
  void manySmallRepetitionsAreNoMatter() {
    String pattern = "^([a-z]{1,64}[{]\\\\d{4}(x|y{2,3}){0,100}){1,16}$";
    Run run = Run.script("use std;\nstd::re::is_match(event, \"a\")", List.of('"' + pattern + '"'));

    assertThat(run.errors).isEmpty();
  }

  private static String answer(String program) {
    return Run.answer(program, EVENT);
  }
}
