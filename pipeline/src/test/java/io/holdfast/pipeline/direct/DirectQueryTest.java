package io.holdfast.pipeline.direct;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.config.ConfigError;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.script.Emission;
import io.holdfast.script.Environment;
import io.holdfast.script.EventContext;
import io.holdfast.script.Json;
import io.holdfast.script.Query;
import io.holdfast.script.QueryInstance;
import io.holdfast.script.RecordValue;
import io.holdfast.script.ScriptException;
import io.holdfast.script.SourceFile;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The operators of queries that run directly; the first four as Tremor 0.11 was seen to answer. */
class DirectQueryTest {
  private static final String[] EVENTS = {
    "{\"g\":\"x\",\"v\":1}",
    "{\"g\":\"y\",\"v\":2}",
    "{\"g\":\"x\",\"v\":3}",
    "{\"g\":\"y\",\"v\":4}",
    "{\"g\":\"x\",\"v\":5}",
    "{\"g\":\"z\"}"
  };

  @Test
  void aCounterNumbersEvents() {
    String query =
        "define generic::counter operator c; create operator c; select event from in into c;"
            + " select event from c into out;";
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < EVENTS.length; i++) {
      expected.add("out {\"count\":" + (i + 1) + ",\"event\":" + EVENTS[i] + "} {}");
    }
    assertThat(run(query, EVENTS)).isEqualTo(expected);
  }

  @Test
  void aBufferNeedsABound() {
    assertThat(
            errors(
                "define qos::wal operator w with read_count = 2 end; create operator w; select"
                    + " event from in into w; select event from w into out;"))
        .singleElement()
        .asString()
        .startsWith("q.trickle:1:53: operator 'w' needs 'max_elements' or 'max_bytes'");
  }

  @Test
  void aBufferGivesNothingWhereNobodyTakes() {
    assertThat(
            run(
                "define qos::wal operator w with read_count = 2, max_elements = 10 end; create"
                    + " operator w; select event from in into w; select event from w into out;",
                EVENTS))
        .isEmpty();
  }

  @Test
  void aBucketLetsTheRateOfEachDimensionThrough() {
    String query =
        "define script c script let $class = \"c\"; let $rate = 1; let $dimensions = [event.g];"
            + " event end; create script c; define grouper::bucket operator b; create operator b;"
            + " select event from in into c; select event from c into b; select {\"ok\": event}"
            + " from b into out; select {\"over\": event} from b/overflow into out;";
    String[] ports = {"ok", "ok", "over", "over", "over", "ok"};
    String[] groups = {"x", "y", "x", "y", "x", "z"};
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < EVENTS.length; i++) {
      expected.add(
          "out {\"%s\":%s} {\"class\":\"c\",\"rate\":1,\"dimensions\":[\"%s\"]}"
              .formatted(ports[i], EVENTS[i], groups[i]));
    }
    assertThat(run(query, EVENTS)).isEqualTo(expected);
  }

  @Test
  void theFirstEventOfADimensionSaysItsRateAndItsTime() {
    String query =
        """
        define script c script
          let $class = "c"; let $rate = event; let $time_range = 2; let $windows = 2; event
        end;
        create script c;
        define grouper::bucket operator b;
        create operator b;
        select event from in into c;
        select event from c into b;
        select event from b into out;
        select event from b/overflow into out/over;
        select event from b/err into out/bad;
        """;
    assertThat(ports(run(query, "\"x\"", "2", "3", "4", "\"x\"")))
        .as("one without a rate is bad only where there is none yet")
        .containsExactly("bad", "out", "out", "over", "over");
  }

  @Test
  void aBatchGoesOnByItsCountOrByTheTimeOfItsEvents() {
    String query =
        """
        define generic::batch operator b with count = 3, timeout = %d end;
        create operator b;
        select event from in into b;
        select event from b into out;
        """;
    assertThat(run(query.formatted(1000), "1", "2", "3", "4"))
        .containsExactly("out 1 {}", "out 2 {}", "out 3 {}");
    assertThat(run(query.formatted(0), "1", "2", "3")).containsExactly("out 1 {}", "out 2 {}");

    DirectQuery direct = direct(query.formatted(1));
    Taken taken = new Taken();
    direct.run(event("7", 0), taken);
    direct.tick(1_000_000, taken);
    assertThat(taken.out).isEmpty();
    direct.tick(1_000_001, taken);
    assertThat(taken.out).containsExactly("out 7 {}");
  }

  @Test
  void anUnknownOperatorIsAnErrorWhereItIsCreated() {
    String definition = "define generic::batc operator b with count = 3 end;";
    assertThat(errors(definition + "\ncreate operator b;"))
        .containsExactly(
            "q.trickle:1:8: unknown operator type 'generic::batc'; did you mean 'generic::batch'?");
    assertThat(run(definition + " select event from in into out;", "1"))
        .containsExactly("out 1 {}");
  }

  private static List<String> run(String query, String... events) {
    DirectQuery direct = direct(query);
    Taken taken = new Taken();
    for (int i = 0; i < events.length; i++) {
      direct.run(event(events[i], i), taken);
    }
    return taken.out;
  }

  private static List<String> ports(List<String> results) {
    return results.stream().map(it -> it.substring(0, it.indexOf(' '))).toList();
  }

  private static EventContext event(String json, long nanos) {
    return new EventContext(
        Json.parse(json), RecordValue.empty(), nanos, URI.create("tremor-script://localhost"));
  }

  private static DirectQuery direct(String query) {
    ConfigErrors errors = new ConfigErrors();
    DirectQuery direct =
        DirectQuery.of(
            Query.load(SourceFile.of("q.trickle", query)),
            Environment.system("tremor", "0.11.12"),
            errors);
    assertThat(errors.list()).isEmpty();
    return requireNonNull(direct);
  }

  private static List<String> errors(String query) {
    ConfigErrors errors = new ConfigErrors();
    assertThat(
            DirectQuery.of(
                Query.load(SourceFile.of("q.trickle", query)),
                Environment.system("tremor", "0.11.12"),
                errors))
        .isNull();
    return errors.list().stream().map(ConfigError::toString).toList();
  }

  private static final class Taken implements QueryInstance.Output {
    private final List<String> out = new ArrayList<>();

    @Override
    public void emitted(Emission emission) {
      out.add(
          emission.port() + " " + Json.write(emission.value()) + " " + Json.write(emission.meta()));
    }

    @Override
    public void failed(ScriptException error) {
      throw error;
    }
  }
}
