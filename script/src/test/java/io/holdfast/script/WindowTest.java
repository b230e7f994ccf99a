package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {
  private static final URI ORIGIN = URI.create("test://here");

  @Test
  void aWindowBehindAnotherMergesItsResults() {
    String query =
        """
        define tumbling window a with size = 2 end;
        define tumbling window b with size = 2 end;
        select {
          "window": window,
          "count": aggr::stats::count(),
          "flat": aggr::win::collect_flattened(event),
          "nested": aggr::win::collect_nested(event),
          "first": aggr::win::first(event),
          "last": aggr::win::last(event),
          "var": aggr::stats::var(event)
        } from in[a, b] into out;
        """;
    assertThat(results(query, "1", "2", "3", "4", "50"))
        .containsExactly(
            """
            {"window":"a","count":2,"flat":[1,2],"nested":[1,2],"first":1,"last":2,"var":0.5}\
            """,
            """
            {"window":"a","count":2,"flat":[3,4],"nested":[3,4],"first":3,"last":4,"var":0.5}\
            """,
            """
            {"window":"b","count":4,"flat":[1,2,3,4],"nested":[[1,2],[3,4]],"first":1,"last":4,\
            "var":1.6666666666666667}\
            """);
  }

  @Test
  void anExpressionOfTheGroupingStandsForTheGroup() {
    String query =
        """
        define tumbling window w with size = 2 end;
        select [event.g, group[1], aggr::stats::count()] from in[w]
          group by set( event.g, each(event.a)) into out
          having event[2] == 2 and aggr::stats::max(event.v) > 1;
        """;
    assertThat(
            results(
                query,
                """
                {"g":"x","a":[1,2],"v":2}\
                """,
                """
                {"g":"x","a":[1],"v":0}\
                """,
                """
                {"g":"y","a":[2],"v":0}\
                """,
                """
                {"g":"y","a":[2],"v":1}\
                """))
        .containsExactly("[\"x\",1,2]");
  }

  @Test
  void blanksMakeTwoExpressionsOfTheGroupingDifferentOnlyWhereTheyMeanSomething() {
    String query =
        """
        define tumbling window w with size = 1 end;
        select [event["a b"], event.c+1, "#{event["a b"]}" ] from in[w]
          group by set(event [ "a b" ], event.c + 1, "#{ event["a b"] }") into out;
        """;
    assertThat(results(query, "{\"a b\":7,\"ab\":8,\"c\":9}")).containsExactly("[7,10,\"7\"]");
    for (String other :
        List.of(
            "event[\"ab\"]",
            "event.`ab`",
            "event.c-1",
            "\"ab#{ event }\"",
            "\"#{ event[\"a  b\"] }\"")) {
      assertThatThrownBy(
              () ->
                  select(
                      "size = 1",
                      other,
                      "group by set(event[\"a b\"], event.`a b`, event.c - 1, \"a b#{ event }\","
                          + " \"#{ event[\"a b\"] }\")"))
          .isInstanceOf(LoadException.class);
    }
  }

  @Test
  void aPartThatTheGroupingHasTwiceLeavesTheOthersInTheirPlaces() {
    String query =
        """
        define tumbling window w with size = 1 end;
        select [event.b, event.a] from in[w] group by set(event.a, event . a, event.b) into out;
        """;
    assertThat(results(query, "{\"a\":1,\"b\":2}")).containsExactly("[2,1]");
  }

  @Test
  void theScriptOfAWindowSaysWhatAnEventCounts() {
    String query =
        """
        define tumbling window w with size = 4 script match event of case 0 => 1 default => event \
        end end;
        select aggr::stats::count() from in[w] into out;
        """;
    assertThat(results(query, "1", "0", "2", "9", "0", "4")).containsExactly("3", "1", "1", "1");
  }

  @Test
  void aWindowOfTimeClosesWithTheFirstEventBehindIt() {
    String query =
        """
        define tumbling window w with interval = 10 script event end;
        select [aggr::stats::count(), aggr::win::last(event)] from in[w] into out;
        """;
    assertThat(results(query, "1", "10", "11", "50", "59", "60"))
        .containsExactly("[2,10]", "[1,11]", "[2,59]");
  }

  @Test
  void aWindowOfTimeClosesWhenTimePasses() {
    SelectInstance select = select("interval = 10", "aggr::stats::count()");
    assertThat(select.tick(100)).isEmpty();
    assertThat(apply(select, 0, "1")).isEmpty();
    assertThat(apply(select, 5, "1")).isEmpty();
    assertThat(select.tick(9)).isEmpty();
    assertThat(values(select.tick(10))).containsExactly("2");
    assertThat(select.tick(1000)).isEmpty();
    assertThat(apply(select, 1000, "1")).isEmpty();
    assertThat(values(apply(select, 1010, "1"))).containsExactly("1");
  }

  @Test
  void emptyWindowsGiveResultsIfTheyAreAskedTo() {
    SelectInstance select =
        select(
            "interval = 10, max_groups = 1, emit_empty_windows = true", "aggr::stats::sum(event)");
    assertThat(apply(select, 0, "7")).isEmpty();
    assertThat(values(select.tick(10))).containsExactly("7.0");
    assertThat(values(select.tick(20))).containsExactly("0.0");
  }

  @Test
  void aWindowBeginsAnewAfterAResultThatIsAnError() {
    Run run =
        Run.query(
            """
            define tumbling window w with size = 2 end;
            select [aggr::win::first(event) + 1, aggr::stats::count()] from in[w] into out;
            """,
            List.of("\"x\"", "1", "2", "3"));
    assertThat(run.errors).hasSize(1);
    assertThat(values(run.out)).containsExactly("[3,2]");
  }

  @Test
  void aGroupIsForgottenAfterOneToTwoPeriodsWithoutAnEvent() {
    SelectInstance select =
        select("size = 2, eviction_period = 10", "aggr::stats::sum(event)", "group by event % 10");
    apply(select, 1, "1"); // The first generation lasts to 11.
    apply(select, 5, "2");
    assertThat(values(apply(select, 12, "11"))).containsExactly("12.0"); // The second, to 22.
    apply(select, 13, "3");
    assertThat(values(apply(select, 22, "12"))).as("in time").containsExactly("14.0");
    apply(select, 22, "4");
    assertThat(values(apply(select, 23, "13"))).as("a generation old").containsExactly("16.0");
    apply(select, 34, "5");
    assertThat(apply(select, 35, "14")).as("forgotten").isEmpty();
    assertThat(values(apply(select, 36, "24"))).containsExactly("38.0");
  }

  @Test
  void groupsAreForgottenAlsoWhenOnlyTimePasses() {
    SelectInstance select =
        select("size = 2, eviction_period = 10", "aggr::stats::sum(event)", "group by event % 10");
    apply(select, 1, "1");
    select.tick(12);
    select.tick(23);
    assertThat(apply(select, 24, "11")).isEmpty();
  }

  @Test
  void forgottenGroupsMakeRoomForOthers() {
    SelectInstance select =
        select(
            "size = 2, max_groups = 1, eviction_period = 10",
            "aggr::stats::sum(event)",
            "group by event % 10");
    apply(select, 1, "1");
    assertThatThrownBy(() -> apply(select, 11, "2")).isInstanceOf(ScriptException.class);
    apply(select, 12, "2");
    assertThat(values(apply(select, 13, "12"))).containsExactly("14.0");
  }

  @Test
  void eachWindowHasGroupsAndLimitsOfItsOwn() {
    Run run =
        Run.query(
            """
            define tumbling window a with size = 1 end;
            define tumbling window b with size = 2, max_groups = 1 end;
            select [window, group[0], aggr::stats::count()] from in[a, b] group by event into out;
            """,
            List.of("1", "2", "1", "2"));
    assertThat(values(run.out)).containsExactly("[\"a\",1,1]", "[\"a\",1,1]", "[\"b\",1,2]");
    assertThat(run.errors).hasSize(2);
  }

  @Test
  void moreGroupsThanAllowedAreAnError() {
    Run run =
        Run.query(
            """
            define tumbling window w with size = 2, max_groups = 1 end;
            select aggr::stats::sum(event) from in[w] group by event % 10 into out;
            """,
            List.of("1", "2", "11", "12"));
    assertThat(values(run.out)).containsExactly("12.0");
    assertThat(run.errors).extracting(Diagnostic::line).containsExactly(2, 2);
  }

  @Test
  void histogramsKnowPercentiles() {
    String query =
        """
        define tumbling window w with size = 4 end;
        select [
          aggr::stats::hdr(event, ["0.5", "0.99"]),
          aggr::stats::dds(event, ["0", "0.5", "1"])
        ] from in[w] into out;
        """;
    assertThat(results(query, "0", "-5", "7", "1000.5"))
        .containsExactly(
            """
            [{"count":3,"min":0,"max":1003,"mean":336.3333333333333,"stdev":470.70608900058033,\
            "var":221564.22222222225,"percentiles":{"0.5":7,"0.99":1003}},\
            {"count":3,"sum":1007.5,"min":0.0,"max":1000.5,"mean":335.8333333333333,\
            "percentiles":{"0":0.0,"0.5":7.1,"1":1000.5}}]\
            """);
  }

  private static SelectInstance select(String settings, String target, String... grouping) {
    Query query =
        Query.load(
            Run.source(
                "define tumbling window w with %s end; select %s from in[w] %s into out;"
                    .formatted(settings, target, String.join(" ", grouping))));
    for (QueryNode node : query.nodes()) {
      if (node instanceof QueryNode.Selected selected) {
        return selected.select().start(Run.ENVIRONMENT);
      }
    }
    throw new AssertionError("no select");
  }

  private static List<Emission> apply(SelectInstance select, long nanos, String event) {
    return select.apply(new EventContext(Json.parse(event), RecordValue.empty(), nanos, ORIGIN));
  }

  private static List<String> results(String query, String... input) {
    Run run = Run.query(query, List.of(input));
    assertThat(run.errors).isEmpty();
    return values(run.out);
  }

  private static List<String> values(List<Emission> emissions) {
    List<String> values = new ArrayList<>();
    emissions.forEach(emission -> values.add(Json.write(emission.value())));
    return values;
  }
}
