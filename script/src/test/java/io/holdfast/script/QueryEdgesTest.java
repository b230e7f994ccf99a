package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What queries do at their edges, as Tremor 0.11 does it. */
class QueryEdgesTest {
  @Test
  void theUsualPortsAreMeantAlsoWhereTheyAreWritten() {
    String query =
        """
        create stream s;
        select event from in/out into s/in;
        select event from s/out into out/in;
        select event + 1 from s into err/other;
        select event + 2 from s into metrics;
        select event + 3 from s/other into out;
        select event + 4 from err into out;
        select event + 5 from metrics into out;
        """;
    assertThat(results(query, "1")).containsExactly("out 1", "err 2", "metrics 3");
  }

  @Test
  void aDefinitionMayStandBelowItsUseAndTheLastOneCounts() {
    String query =
        """
        create script s;
        select event from in into s;
        select [event, aggr::stats::count()] from s[w] group by event into out;
        define script s script event + 1 end;
        define tumbling window w with size = 1, size = 2 end;
        define script s script event % 2 end;
        """;
    assertThat(results(query, "1", "2", "3")).containsExactly("out [1,2]");
    assertThat(warnings(query)).containsExactly("5:41 `size` is set twice; only the last counts");
    assertThat(
            warnings(
                """
                define script s script 1 end;
                create script s;
                define script s script 2 end;
                select event from in into s;
                """))
        .containsExactly("3:15 the script `s` is defined twice; only the last counts");
  }

  @Test
  void configurationStandsBeforeAllStatements() {
    assertThat(errors("#!config id = \"x\""))
        .containsExactly(
            "1:17 expected `define`, `create`, `select`, `use` or `mod` after this, but the file"
                + " ends");
    assertThat(errors("select event from in into out;\n#!config id = \"x\""))
        .containsExactly("2:1 `#!config` can only stand before all statements");
  }

  @Test
  void aSelectHasNoArguments() {
    assertThat(results("select [args] from in into out", "1")).containsExactly("out [null]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '\0',
      textBlock =
          """
          select [1, nope] from in into out ^ 1:8
          select present nope from in into out ^ 1:8
          select match event of case x = 1 => x default => x end from in into out ^ 1:8
          select event from in where event == nope into out ^ 1:28
          select event from in group by set(event, each(nope)) into out ^ 1:31
          select event from in group by each([nope]) into out ^ 1:31
          select event from in into out having 1 == nope ^ 1:38
          define script s with k = [1, nope] script 1 end; create script s; select 1 from in into s ^ 1:26
          """)
  void aNameThatNothingGivesAValueIsRefusedWhereTheExpressionAroundItBegins(
      String query, String place) {
    assertThat(errors(query)).first().asString().startsWith(place + " there is no ");
  }

  @Test
  void havingSeesTheMetadataOfAnEventThatIsPassedOnAsItIs() {
    String query =
        """
        define script s script let $m = event; event end;
        create script s;
        select event from in into s;
        select event from s into out having $m == 2;
        select [event] from s into out having absent $m and event[0] == 1;
        """;
    assertThat(results(query, "1", "2")).containsExactly("out [1]", "out 2");
  }

  @Test
  void overAWindowOneMayAskForTheEventThatClosesIt() {
    String query =
        """
        define tumbling window w with size = 2 end;
        select [present event.v, absent $v, aggr::stats::count()] from in[w] into out;
        """;
    assertThat(results(query, "{\"v\":1}", "{}", "{}", "{\"v\":1}"))
        .containsExactly("out [false,true,2]", "out [true,true,2]");
  }

  @Test
  void theResultOfAWindowHasTheMetadataOfTheEventThatClosesIt() {
    Run run =
        Run.query(
            """
            define script s script let $m = event; event end;
            create script s;
            define tumbling window w with size = 2 end;
            select event from in into s;
            select aggr::stats::count() from s[w] into out;
            """,
            List.of("1", "2"));
    assertThat(run.out)
        .containsExactly(new Emission("out", Value.of(2), RecordValue.of("m", Value.of(2))));
  }

  @Test
  void anErrorOfAScriptHoldsTheEventWithWhatTheScriptChanged() {
    Run run =
        Run.query(
            """
            define script s script let event.n = 1; let $m = 2; event.nope end;
            create script s;
            select event from in into s;
            select [event.`event`, present event.error] from s/err into out;
            """,
            List.of("{}"));
    assertThat(run.errors).isEmpty();
    assertThat(run.out)
        .containsExactly(
            new Emission("out", Json.parse("[{\"n\":1},true]"), RecordValue.of("m", Value.of(2))));
  }

  @Test
  void nodesThatRememberEventsSeeTheLastOnesOfOneEventFirst() {
    String query =
        """
        define script numbered
        script
          let state = match state of case null => 1 default => state + 1 end;
          "#{state}#{event}"
        end;
        create script numbered;
        select "a" from in into numbered;
        select group[0] from in group by each(["b", "c"]) into numbered;
        select event from numbered into out;
        select "also #{event}" from numbered into out;
        """;
    assertThat(results(query, "1"))
        .containsExactly(
            "out \"3a\"",
            "out \"also 3a\"",
            "out \"2b\"",
            "out \"also 2b\"",
            "out \"1c\"",
            "out \"also 1c\"");
  }

  private static List<String> results(String query, String... input) {
    Run run = Run.query(query, List.of(input));
    assertThat(run.errors).isEmpty();
    List<String> results = new ArrayList<>();
    run.out.forEach(each -> results.add(each.port() + " " + Json.write(each.value())));
    return results;
  }

  private static List<String> warnings(String query) {
    return texts(Query.load(Run.source(query)).warnings());
  }

  private static List<String> errors(String query) {
    LoadException refused =
        catchThrowableOfType(LoadException.class, () -> Query.load(Run.source(query)));
    return texts(Objects.requireNonNull(refused).diagnostics());
  }

  private static List<String> texts(List<Diagnostic> diagnostics) {
    return diagnostics.stream()
        .map(it -> it.line() + ":" + it.column() + " " + it.message())
        .toList();
  }
}
