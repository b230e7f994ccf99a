package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.RecoveryReport;
import io.holdfast.testkit.Faults.Outcome;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
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

  /** Says how many there were. */
  private static long each(String test, Run run) {
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
    return runs;
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

  /** A disk forgets names as well, or only what files hold, from the first sync on or a later. */
  private static Faults lies(long seed) {
    AtomicLong syncs = new AtomicLong();
    long honest = seed % 11;
    return switch ((int) (seed % 3)) {
      case 0 -> LIES;
      case 1 -> Faults.when(call -> call.kind() == StorageCall.Kind.SYNC, Outcome.LIE);
      default ->
          Faults.when(
              call -> call.kind() == StorageCall.Kind.SYNC && syncs.incrementAndGet() > honest,
              Outcome.LIE);
    };
  }

  private static boolean forgetsNames(long seed) {
    return seed % 3 == 0;
  }

  @Test
  void afterADiskHasLiedABufferOpensAndWhatIsGoneIsNamed() {
    AtomicLong withGaps = new AtomicLong();
    long runs =
        each(
            "afterADiskHasLiedABufferOpensAndWhatIsGoneIsNamed",
            seed -> {
              try (History history = new History(seed)) {
                live(history, seed, lies(seed));
                appendMore(history);
                // A cursor that an earlier cut has brought back passes over what it does not know.
                boolean mayForgetTheFront = forgetsNames(seed) || history.crashes > 0;
                TreeSet<Long> lost = new TreeSet<>();
                history.known.expected.values().forEach(e -> lost.addAll(e.must));
                history.crash(seed);
                history.heal();
                history.open();
                RecoveryReport report = history.buffer().recovery();
                history.subscribe("new");
                history.check();
                TreeSet<Long> came = new TreeSet<>();
                history.known.expected.values().forEach(e -> came.addAll(e.must));
                lost.removeAll(came);
                if (came.isEmpty()) {
                  return;
                }
                boolean exactly = false;
                long logged = firstInTheLog(came, report.replayed());
                // What is gone behind the last one, nothing that is left can tell of.
                for (long one : lost.headSet(came.last())) {
                  boolean missing = isMissing(report, one);
                  exactly |= missing;
                  boolean front = mayForgetTheFront && one < logged;
                  assertThat(missing || isInADamagedFile(report, one < logged) || front)
                      .as("%s is gone, %s came: %s\n%s", one, came, report, history.log())
                      .isTrue();
                }
                withGaps.addAndGet(exactly ? 1 : 0);
              }
            });
    System.out.printf("lying disks: %d of %d left gaps that were named%n", withGaps.get(), runs);
    if (runs >= 100) {
      assertThat(withGaps.get())
          .as("runs in which there was something to name")
          .isGreaterThan(runs / 20);
    }
  }

  private static boolean isMissing(RecoveryReport report, long sequence) {
    return report.missing().stream().anyMatch(r -> r.first() <= sequence && sequence <= r.last());
  }

  /** The last ones that came lay in the log, and there were so many of them. */
  private static long firstInTheLog(SortedSet<Long> came, long logged) {
    return came.stream().skip(Math.max(0, came.size() - logged)).findFirst().orElse(Long.MAX_VALUE);
  }

  /**
   * Whether a file is named that cannot say any more what it held: a log file without its head, of
   * what lies before the first entry in it that is left, or a segment without its tables.
   */
  private static boolean isInADamagedFile(RecoveryReport report, boolean mayBeInSegment) {
    return report.notes().stream().anyMatch(note -> note.contains("its head is damaged"))
        || (mayBeInSegment
            && report.damage().stream().anyMatch(range -> range.file().contains("/segments/")));
  }

  /** What a last life has, each in a group of its own. */
  private static void appendMore(History history) {
    try {
      history.subscribe("last");
      for (int i = 0; i < 12; i++) {
        history.append(300);
      }
    } catch (HoldfastException refused) {
      history.log().add("  " + refused.getMessage());
    }
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
