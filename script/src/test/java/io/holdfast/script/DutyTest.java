package io.holdfast.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A select says of which events its results are. */
class DutyTest {
  private static final URI ORIGIN = URI.create("test://here");

  /** Of which events nothing more comes. */
  private final List<String> done = new ArrayList<>();

  private final List<String> held = new ArrayList<>();
  private final List<String> heldForATime = new ArrayList<>();

  /** For which events somebody waits. */
  private Predicate<String> waitedFor = _ -> true;

  private long asked;

  /** A duty that knows which events it is for, and that it is passed on once. */
  private final class Owed implements Duty {
    private final List<String> events;
    private boolean passedOn;

    Owed(List<String> events) {
      this.events = events;
    }

    private List<String> pass() {
      assertThat(passedOn).as("the duty for %s is passed on twice", events).isFalse();
      passedOn = true;
      return events;
    }

    @Override
    public List<Duty> split(int parts) {
      pass();
      List<Duty> split = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        split.add(new Owed(events));
      }
      return split;
    }

    @Override
    public Duty join(List<Duty> others) {
      List<String> all = new ArrayList<>(pass());
      others.forEach(other -> all.addAll(((Owed) other).pass()));
      return new Owed(all);
    }

    @Override
    public void hold(boolean timed) {
      assertThat(passedOn).isFalse();
      (timed ? heldForATime : held).addAll(events);
    }

    @Override
    public boolean matters() {
      asked++;
      return events.stream().anyMatch(waitedFor);
    }

    @Override
    public void done() {
      done.addAll(pass());
    }
  }

  @Test
  void aResultIsOfAllEventsOfItsWindow() {
    SelectInstance select = select("size = 2", "aggr::stats::count()", "from in[w]");

    assertThat(take(select, 1, "1")).isEmpty();
    assertThat(held).containsExactly("1");
    assertThat(take(select, 2, "2")).containsExactly("2 of [1, 2]");
    assertThat(held).as("not the one that fills it").containsExactly("1");
    assertThat(take(select, 3, "3")).isEmpty();
    assertThat(done).isEmpty();
  }

  @Test
  void anEventOfSeveralGroupsIsInAllTheirResults() {
    SelectInstance select = select("size = 2", "group[0]", "from in[w] group by each(event.g)");

    assertThat(take(select, 1, "{\"g\":[1,2]}")).isEmpty();
    assertThat(take(select, 2, "{\"g\":[2,3]}"))
        .containsExactly("2 of [{\"g\":[1,2]}, {\"g\":[2,3]}]");
    assertThat(take(select, 3, "{\"g\":[3,1]}"))
        .containsExactly(
            "3 of [{\"g\":[2,3]}, {\"g\":[3,1]}]", "1 of [{\"g\":[1,2]}, {\"g\":[3,1]}]");
    assertThat(done).isEmpty();
  }

  @Test
  void aWindowBehindAnotherOwesAResultForTheSameEvents() {
    SelectInstance select = select("size = 2", "[window, aggr::stats::count()]", "from in[w, w]");

    assertThat(take(select, 1, "1")).isEmpty();
    assertThat(take(select, 2, "2")).containsExactly("[\"w\",2] of [1, 2]");
    assertThat(take(select, 3, "3")).isEmpty();
    assertThat(take(select, 4, "4"))
        .containsExactly("[\"w\",2] of [3, 4]", "[\"w\",4] of [1, 2, 3, 4]");
    assertThat(done).isEmpty();
  }

  @Test
  void ofWhatIsFilteredNothingComes() {
    SelectInstance select =
        select(
            "size = 2",
            "aggr::stats::sum(event)",
            "from in[w] where event > 0",
            "having event > 3");

    assertThat(take(select, 1, "0")).isEmpty();
    assertThat(done).containsExactly("0");
    assertThat(take(select, 2, "1")).isEmpty();
    assertThat(take(select, 3, "2")).isEmpty();
    assertThat(done).as("the result is dropped").containsExactly("0", "1", "2");
    assertThat(take(select, 4, "3")).isEmpty();
    assertThat(take(select, 5, "4")).containsExactly("7.0 of [3, 4]");
  }

  @Test
  void ofWhatIsForgottenNothingComes() {
    SelectInstance select =
        select(
            "size = 2, eviction_period = 10",
            "aggr::stats::sum(event)",
            "from in[w] group by event % 10");
    take(select, 1, "1");
    take(select, 12, "2");
    assertThat(done).isEmpty();
    take(select, 23, "3");
    assertThat(done).containsExactly("1");
    select.elapse(34);
    assertThat(done).containsExactly("1", "2");
  }

  @Test
  void aFailureTakesTheEventsOfItsWindowAlongAndTheNextWindowIsFresh() {
    SelectInstance select = select("size = 2", "aggr::win::first(event) + 1", "from in[w]");

    assertThat(take(select, 1, "\"x\"")).isEmpty();
    assertThat(take(select, 2, "1")).containsExactly("failed of [\"x\", 1]");
    assertThat(take(select, 3, "2")).isEmpty();
    assertThat(take(select, 4, "3")).containsExactly("3 of [2, 3]");
    assertThat(done).isEmpty();
  }

  @Test
  void anEventThatAWindowCannotTakeFailsAloneAndNotWhereItIsTaken() {
    SelectInstance select =
        select("size = 2, max_groups = 1", "group[0]", "from in[w] group by each(event)");

    assertThat(take(select, 1, "[1,2,3]")).containsExactly("failed of [[1,2,3], [1,2,3]]");
    assertThat(take(select, 2, "[1]")).containsExactly("1 of [[1,2,3], [1]]");
  }

  @Test
  void whatWasGivenBeforeSomethingFailsIsGiven() {
    SelectInstance select =
        select("size = 1, max_groups = 1", "group[0]", "from in[w] group by each(event)");

    assertThat(take(select, 1, "[1,2,3]"))
        .containsExactly("1 of [[1,2,3]]", "failed of [[1,2,3], [1,2,3]]");
  }

  @Test
  void timeClosesWindowsOfWhichResultsAre() {
    SelectInstance select = select("interval = 10", "aggr::win::first(event) + 1", "from in[w]");
    take(select, 1, "1");
    take(select, 5, "2");
    assertThat(held).isEmpty();
    assertThat(heldForATime).containsExactly("1", "2");
    assertThat(texts(select.elapse(10))).isEmpty();
    assertThat(texts(select.elapse(11))).containsExactly("2 of [1, 2]");

    take(select, 20, "\"x\"");
    assertThat(take(select, 30, "4")).containsExactly("failed of [4, \"x\"]");
    take(select, 31, "\"y\"");
    assertThat(texts(select.elapse(40))).containsExactly("failed of [\"y\"]");
    assertThat(texts(select.elapse(50))).isEmpty();
    take(select, 60, "5");
    assertThat(texts(select.elapse(70))).containsExactly("6 of [5]");
    assertThat(done).isEmpty();
  }

  @Test
  void timeClosesAWindowBehindAnother() {
    SelectInstance select =
        select(
            "size = 2 end; define tumbling window v with interval = 10",
            "[window, aggr::stats::count()]",
            "from in[w, v]");
    take(select, 1, "1");
    assertThat(take(select, 2, "2")).containsExactly("[\"w\",2] of [1, 2]");
    assertThat(texts(select.elapse(11))).isEmpty();
    assertThat(texts(select.elapse(12))).containsExactly("[\"v\",2] of [1, 2]");
    assertThat(texts(select.elapse(22))).isEmpty();
    assertThat(done).isEmpty();
  }

  private SelectInstance rare() {
    return select(
        "interval = 10, eviction_period = 60",
        "[group[0], aggr::stats::count()]",
        "from in[w] group by event");
  }

  @Test
  void aWindowThatIsOverGivesItsResultThoughItsGroupIsSoonForgotten() {
    SelectInstance select = rare();
    assertThat(texts(select.elapse(1))).isEmpty();
    take(select, 60, "1");
    assertThat(texts(select.elapse(62))).isEmpty();
    assertThat(texts(select.elapse(70))).containsExactly("[1,1] of [1]");
    assertThat(texts(select.elapse(130))).isEmpty();
    assertThat(done).isEmpty();
  }

  @Test
  void aWindowThatIsOverGivesItsResultBeforeItsGroupIsForgottenForAnEvent() {
    SelectInstance select = rare();
    take(select, 1, "1");
    take(select, 60, "2");
    assertThat(take(select, 200, "3")).containsExactly("[1,1] of [1]", "[2,1] of [2]");
    assertThat(texts(select.elapse(210))).containsExactly("[3,1] of [3]");
    assertThat(done).isEmpty();
  }

  @Test
  void aWindowThatIsOverGivesItsResultBeforeItsGroupIsForgottenForLackOfATick() {
    SelectInstance select = rare();
    take(select, 1, "1");
    take(select, 2, "2");
    assertThat(texts(select.elapse(200))).containsExactly("[1,1] of [1]", "[2,1] of [2]");
    assertThat(done).isEmpty();
  }

  @Test
  void aGroupThatFailsKeepsNoOtherFromClosing() {
    SelectInstance select =
        select(
            "interval = 10, eviction_period = 1000",
            "aggr::win::first(event) + 1",
            "from in[w] group by event");
    take(select, 1, "\"x\"");
    take(select, 2, "2");
    take(select, 3, "\"y\"");
    take(select, 4, "4");
    assertThat(texts(select.elapse(20)))
        .containsExactly("3 of [2]", "5 of [4]", "failed of [\"x\"]", "failed of [\"y\"]");
    assertThat(texts(select.elapse(40))).isEmpty();
  }

  @Test
  void whereHavingFailsForAGroupTheNextOneIsLookedAtAfresh() {
    SelectInstance select =
        select(
            "interval = 10",
            "[present event.a, aggr::win::first(event.v)]",
            "from in[w] group by event.v",
            "having event[1] + 1 > 0");
    take(select, 1, "{\"v\":\"x\"}");
    take(select, 2, "{\"v\":2}");
    assertThat(texts(select.elapse(20)))
        .containsExactly("[false,2] of [{\"v\":2}]", "failed of [{\"v\":\"x\"}]");
  }

  @Test
  void anEventIsTakenThoughAWindowThatIsOverFails() {
    SelectInstance select =
        select(
            "interval = 10, eviction_period = 60",
            "aggr::win::first(event) + 1",
            "from in[w] group by event");
    take(select, 1, "\"x\"");
    assertThat(take(select, 200, "3")).containsExactly("failed of [\"x\"]");
    assertThat(texts(select.elapse(210))).containsExactly("4 of [3]");
  }

  @Test
  void eventsThatNobodyWaitsForAreInWindowsWithOthers() {
    SelectInstance select = select("size = 2", "aggr::stats::count()", "from in[w]");

    select.take(event(1, "1"), null);
    assertThat(take(select, 2, "2")).containsExactly("2 of [2]");
    select.take(event(3, "3"), null);
    assertThat(texts(select.take(event(4, "4"), null))).containsExactly("2 of nobody");
  }

  /** What the clock throws that a select looks at. */
  private @Nullable Error trouble;

  private final Environment troubled =
      new Environment(
          "localhost",
          "tremor",
          "0.11.12",
          () -> {
            if (trouble != null) {
              throw trouble;
            }
            return 42L;
          },
          RandomGenerator.of("SplittableRandom"));

  @Test
  void anErrorOfTheProgramTakesTheEventsOfItsWindowAlong() {
    SelectInstance select =
        start(troubled, "size = 2", "aggr::win::first(event) + system::nanotime()", "from in[w]");

    take(select, 1, "1");
    trouble = new AssertionError("by the test");
    List<Selected> results = select.take(event(2, "2"), new Owed(List.of("2")));
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            Selected.Failure.class, failure -> assertThat(failure.error()).isSameAs(trouble));
    assertThat(texts(results)).containsExactly("failed of [1, 2]");
    trouble = null;
    take(select, 3, "3");
    assertThat(take(select, 4, "4")).containsExactly("45 of [3, 4]");
  }

  @Test
  void anErrorOfTheProgramWhereAnEventIsLookedAtFailsThatEventAlone() {
    SelectInstance select =
        start(
            troubled,
            "size = 2",
            "aggr::stats::count()",
            "from in[w] where system::nanotime() == 42");

    take(select, 1, "1");
    trouble = new NoClassDefFoundError("by the test");
    assertThat(take(select, 2, "2")).containsExactly("failed of [2]");
    trouble = null;
    assertThat(take(select, 3, "3")).containsExactly("2 of [1, 3]");
  }

  @Test
  void anErrorOfTheProgramWhenTimeClosesAWindowTakesItsEventsAlong() {
    SelectInstance select =
        start(
            troubled,
            "interval = 10",
            "aggr::win::first(event) + system::nanotime()",
            "from in[w]");

    take(select, 1, "1");
    take(select, 2, "2");
    trouble = new AssertionError("by the test");
    assertThat(texts(select.elapse(11))).containsExactly("failed of [1, 2]");
    assertThat(texts(select.elapse(21))).isEmpty();
  }

  @Test
  void whereMemoryIsShortTheFailureSaysSo() {
    SelectInstance select =
        start(troubled, "size = 1", "aggr::win::first(event) + system::nanotime()", "from in[w]");

    trouble = new OutOfMemoryError("by the test");
    assertThat(select.take(event(1, "1"), null))
        .singleElement()
        .isInstanceOfSatisfying(
            Selected.Failure.class,
            failure ->
                assertThat(failure.error())
                    .isInstanceOf(ScriptException.class)
                    .hasMessageContaining("not enough memory"));
  }

  @Test
  void groupsWhoseResultsFailAreNotRemembered() {
    SelectInstance select =
        select("size = 1", "-{\"first\": aggr::win::first(event)}", "from in[w] group by event");
    int tooMany = (1 << 20) + 1;
    for (int i = 0; i < tooMany; i++) {
      Selected last = select.take(event(i, Integer.toString(i)), null).getLast();
      if (i == tooMany - 1) {
        assertThat(((Selected.Failure) last).error()).hasMessageNotContaining("groups");
      }
    }
  }

  @Test
  void aWindowKeepsFewDutiesThatNobodyWaitsFor() {
    int events = 100_000;
    int last = 10;
    SelectInstance select = select("size = 100002", "aggr::stats::count()", "from in[w]");
    for (int i = 0; i < events; i++) {
      int now = i;
      waitedFor = event -> event.equals("0") || Integer.parseInt(event) > now - last;
      assertThat(take(select, i, Integer.toString(i))).isEmpty();
      assertThat(i + 1 - done.size()).as("duties that are held").isLessThan(4 * last);
    }
    assertThat(asked).as("it is looked for them now and then").isLessThan(4L * events);

    waitedFor = _ -> true;
    take(select, events, "-1");
    List<Selected> results = select.take(event(events, "-2"), new Owed(List.of("-2")));
    assertThat(texts(results)).singleElement().asString().startsWith("100002 of [0, ");
    assertThat(done).doesNotContain("0", "99999", "-1", "-2").hasSizeGreaterThan(events - 4 * last);
  }

  @Test
  void aWindowBehindAnotherKeepsFewDutiesThatNobodyWaitsFor() {
    SelectInstance select =
        select(
            "size = 2 end; define tumbling window v with size = 100000",
            "aggr::stats::count()",
            "from in[w, v]");
    for (int i = 0; i < 10_000; i++) {
      int now = i;
      waitedFor = event -> Integer.parseInt(event) > now - 10;
      take(select, i, Integer.toString(i));
      assertThat(i + 1 - done.size()).as("events of duties that are held").isLessThan(40);
    }
  }

  private static SelectInstance select(String settings, String target, String... parts) {
    return start(Run.ENVIRONMENT, settings, target, parts);
  }

  private static SelectInstance start(
      Environment environment, String settings, String target, String... parts) {
    List<String> rest = new ArrayList<>(List.of(parts));
    String having = rest.size() > 1 ? rest.removeLast() : "";
    Query query =
        Query.load(
            Run.source(
                "use tremor::system;\ndefine tumbling window w with %s end; select %s %s into out %s;"
                    .formatted(settings, target, String.join(" ", rest), having)));
    for (QueryNode node : query.nodes()) {
      if (node instanceof QueryNode.Selected selected) {
        return selected.select().start(environment);
      }
    }
    throw new AssertionError("no select");
  }

  private static EventContext event(long nanos, String json) {
    return new EventContext(Json.parse(json), RecordValue.empty(), nanos, ORIGIN);
  }

  private List<String> take(SelectInstance select, long nanos, String json) {
    return texts(select.take(event(nanos, json), new Owed(List.of(json))));
  }

  private static List<String> texts(List<Selected> results) {
    List<String> texts = new ArrayList<>();
    for (Selected selected : results) {
      texts.add(
          switch (selected) {
            case Selected.Result(Emission emission, var duty) ->
                Json.write(emission.value()) + " of " + events(duty);
            case Selected.Failure(_, var duty) -> "failed of " + events(duty);
          });
    }
    return texts;
  }

  private static String events(@Nullable Duty duty) {
    return duty == null ? "nobody" : ((Owed) duty).pass().toString();
  }
}
