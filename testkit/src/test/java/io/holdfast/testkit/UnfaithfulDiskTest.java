package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.RecoveryReport;
import io.holdfast.testkit.Faults.Outcome;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Disks that nobody can build on: syncs that do nothing, reads that give wrong bits. Then bundles
 * may be lost; but a buffer opens, nothing wrong is delivered, and what is lost is named.
 */
@Timeout(36_000)
class UnfaithfulDiskTest {
  private static final Faults LIES = Faults.when(call -> true, Outcome.LIE);

  private interface Run {
    void accept(long seed) throws Exception;
  }

  private static void each(String test, Run run) {
    Long first = Long.getLong("holdfast.seed");
    long runs = Long.getLong("holdfast.runs", first == null ? 100 : 1);
    long from = first == null ? 1 : first;
    for (long seed = from; seed < from + runs; seed++) {
      try {
        run.accept(seed);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "failed; repeat it with\n  mvn -pl testkit -am -Dtest=UnfaithfulDiskTest#"
                + test
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.seed="
                + seed
                + " test\n"
                + e.getMessage(),
            e);
      }
    }
  }

  /** Operations that bring no faults of their own. */
  private static List<Operation> operations(long seed) {
    return Operations.of(seed).stream()
        .filter(
            operation ->
                switch (operation) {
                  case Operation.Fail fail -> false;
                  case Operation.Fill fill -> false;
                  case Operation.Heal heal -> false;
                  case Operation.Options options -> false;
                  case Operation.CutSoon cut -> false;
                  case Operation.CrashInRecovery crash -> false;
                  default -> true;
                })
        .toList();
  }

  /** All lives of a history on such a disk, up to a last crash. */
  private static void live(History history, long seed, Faults faults) throws Exception {
    history.known.liar = true;
    SimulatedStorage disk = null;
    for (Operation operation : operations(seed)) {
      if (history.world.disk() != disk) {
        disk = history.world.disk();
        history.faults(faults);
      }
      try {
        operation.apply(history);
      } catch (HoldfastException refused) {
        history.log().add("  " + refused.getMessage());
      }
    }
  }

  @Test
  void afterADiskHasLiedABufferOpensAndWhatIsGoneIsNamed() {
    each(
        "afterADiskHasLiedABufferOpensAndWhatIsGoneIsNamed",
        seed -> {
          try (History history = new History(seed)) {
            live(history, seed, LIES);
            TreeSet<Long> waiting = new TreeSet<>();
            history.known.expected.values().forEach(e -> waiting.addAll(e.must));
            history.crash(seed);
            history.heal();
            history.open();
            RecoveryReport report = history.buffer().recovery();
            history.check();
            TreeSet<Long> came = new TreeSet<>();
            history.known.expected.values().forEach(e -> came.addAll(e.must));
            if (came.isEmpty()) {
              return;
            }
            // What is gone behind the last one, nothing that is left can tell of.
            waiting.removeAll(came);
            boolean named =
                !report.unconfirmed().isEmpty()
                    || !report.damage().isEmpty()
                    || !report.notes().isEmpty();
            for (long lost : waiting.headSet(came.last())) {
              boolean missing =
                  report.missing().stream().anyMatch(r -> r.first() <= lost && lost <= r.last());
              assertThat(named || missing)
                  .as("%s is gone, %s came: %s\n%s", lost, came, report, history.log())
                  .isTrue();
            }
          }
        });
  }

  @Test
  void wrongBitsThatAReadGivesAreNeverDelivered() {
    each(
        "wrongBitsThatAReadGivesAreNeverDelivered",
        seed -> {
          try (History history = new History(seed)) {
            long often = 2 + seed % 20;
            Faults bits = Faults.when(call -> call.number() % often == 0, Outcome.BAD_BITS);
            live(history, seed, bits);
            history.crash(seed);
            history.heal();
            history.open();
            history.check();
          }
        });
  }
}
