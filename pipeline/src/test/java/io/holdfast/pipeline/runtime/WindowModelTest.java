package io.holdfast.pipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Runs events through selects with windows made at random, settles results at random, and checks
 * that each event is settled once: acked when all results that include it are, else when one is not
 * and windows hold the rest.
 */
class WindowModelTest {
  private static final int ROUNDS = 300;
  private static final int GROUPS = 3;

  /** Closes all windows that may be open: the largest takes 3 times 3 events. */
  private static final int ENOUGH = 30;

  @Test
  void anEventIsSettledAsTheResultsThatIncludeIt() {
    long base = Long.getLong("holdfast.seed", 1);
    for (int i = 0; i < ROUNDS; i++) {
      long seed = base + i;
      try {
        new Round(new Random(seed)).run();
      } catch (Throwable failure) {
        throw new AssertionError(
            "repeat with: mvn -pl pipeline -am test -Dtest=WindowModelTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.seed="
                + seed,
            failure);
      }
    }
  }

  private static final class Round {
    private final Random random;
    private final QueryBench bench;

    /** Results and errors that are not settled. */
    private final List<Parcel> open = new ArrayList<>();

    /** What became of the results that include an event, by its number. */
    private final Map<Long, Set<Outcome.Verdict>> verdicts = new HashMap<>();

    /** Whether an error was not acked: that may be any event's. */
    private boolean badError;

    Round(Random random) {
      this.random = random;
      boolean withErr = random.nextBoolean();
      this.badError = !withErr;
      String query =
          """
          define tumbling window a with size = %d%s end;
          define tumbling window b with size = %d end;
          select {
            "ids": aggr::win::collect_flattened(event.id),
            "sum": %s
          } from in[%s] where event.id %% 7 != 3 group by each(event.groups) into out %s;
          """
              .formatted(
                  1 + random.nextInt(3),
                  random.nextInt(3) == 0 ? ", max_groups = 2" : "",
                  1 + random.nextInt(3),
                  // An error when its first event has a text.
                  random.nextBoolean() ? "aggr::win::first(event.v) + 1" : "aggr::stats::count()",
                  random.nextBoolean() ? "a, b" : "a",
                  random.nextInt(3) == 0 ? "having event.sum != 2" : "");
      this.bench = new QueryBench(Path.of("nowhere"), withErr, query);
    }

    void run() {
      for (int i = 0; i < 60; i++) {
        if (random.nextInt(3) > 0) {
          deliver(someGroups(), random.nextInt(10) == 0 ? "\"x\"" : "1");
        } else {
          settle(1 + random.nextInt(4));
        }
        check();
      }
      long given = bench.outcomes.size();
      for (int i = 0; i < ENOUGH; i++) {
        for (int group = 0; group < GROUPS; group++) {
          deliver("[" + group + "]", "1");
          check();
        }
      }
      settle(Integer.MAX_VALUE);
      check();
      for (long id = 0; id < given; id++) {
        assertThat(bench.outcomes(id)).as("outcomes of event " + id).hasSize(1);
      }
    }

    private String someGroups() {
      List<Integer> groups = new ArrayList<>();
      for (int group = 0; group < GROUPS; group++) {
        if (random.nextBoolean()) {
          groups.add(group);
        }
      }
      // Now and then the same one twice.
      if (random.nextInt(10) == 0) {
        groups.add(random.nextInt(GROUPS));
      }
      return groups.isEmpty() ? "[0]" : groups.toString();
    }

    private void deliver(String groups, String value) {
      int id = bench.outcomes.size();
      bench.deliver("{\"id\":%d,\"groups\":%s,\"v\":%s}".formatted(id, groups, value));
      open.addAll(bench.out.take());
      open.addAll(bench.err.take());
    }

    private void settle(int most) {
      for (int i = 0; i < most && !open.isEmpty(); i++) {
        Parcel parcel = open.remove(random.nextInt(open.size()));
        Outcome outcome =
            switch (random.nextInt(4)) {
              case 0 -> Outcome.failed("by chance");
              case 1 -> Outcome.refused("by chance");
              default -> Outcome.ACKED;
            };
        for (long id : ids(parcel)) {
          verdicts.computeIfAbsent(id, _ -> new HashSet<>()).add(outcome.verdict());
        }
        badError |= isError(parcel) && !outcome.isAcked();
        parcel.settle(outcome);
      }
    }

    private void check() {
      Set<Long> isOpen = new HashSet<>();
      open.forEach(parcel -> isOpen.addAll(ids(parcel)));
      boolean isErrorOpen = open.stream().anyMatch(Round::isError);
      bench.outcomes.forEach(
          (id, told) -> {
            assertThat(told).as("outcomes of event " + id).hasSizeLessThan(2);
            Set<Outcome.Verdict> known = verdicts.getOrDefault(id, Set.of());
            boolean isBad = !Set.of(Outcome.Verdict.ACKED).containsAll(known);
            if (told.isEmpty()) {
              assertThat(isBad && !isErrorOpen && !isOpen.contains(id))
                  .as("of event %s a result was not taken, and the rest is held", id)
                  .isFalse();
            } else if (told.getFirst().isAcked()) {
              assertThat(isBad).as("a result with event %s was not taken", id).isFalse();
              assertThat(isOpen).as("with results").doesNotContain(id);
            } else if (!badError) {
              assertThat(known)
                  .as("of the results with event " + id)
                  .contains(told.getFirst().verdict());
            }
          });
    }

    private static boolean isError(Parcel parcel) {
      return parcel.event().value() instanceof RecordValue record && record.get("error") != null;
    }

    /** The events that a result says it is of. */
    private static List<Long> ids(Parcel parcel) {
      List<Long> ids = new ArrayList<>();
      if (parcel.event().value() instanceof RecordValue record
          && record.get("ids") instanceof ArrayValue array) {
        for (Value id : array) {
          if (id instanceof Value.Int(long number)) {
            ids.add(number);
          }
        }
      }
      return ids;
    }
  }
}
