package io.holdfast.pipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.script.ArrayValue;
import io.holdfast.script.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs windows behind a {@code qos::wal} that has room for what they hold, or where time makes
 * room, with results that fail and stops at random, and checks that each event that was acked
 * upstream is in a result that was taken, or refused.
 */
class WalWindowModelTest {
  private static final int ROUNDS = 12;
  private static final int STEPS = 150;

  @TempDir private Path directory;

  @Test
  void whatWasAckedIsInAResultHoweverOftenResultsFailAndTheHostStops() throws Exception {
    long base = Long.getLong("holdfast.seed", 1);
    for (int i = 0; i < ROUNDS; i++) {
      long seed = base + i;
      try {
        new Round(directory.resolve("round-" + i), new Random(seed)).run();
      } catch (Throwable failure) {
        throw new AssertionError(
            "repeat with: mvn -pl pipeline -am test -Dtest=WalWindowModelTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.seed="
                + seed,
            failure);
      }
    }
  }

  private static final class Round {
    private final Path directory;
    private final Random random;
    private final String query;
    private final boolean isTimed;
    private final int groups;
    private QueryBench bench;

    /** The number of each event that the bench has, in its order. */
    private final Map<Long, Long> numbers = new HashMap<>();

    private long next;

    /** What was acked upstream. */
    private final Set<Long> acked = new TreeSet<>();

    /** What was in a result that was acked or refused. */
    private final Set<Long> taken = new HashSet<>();

    Round(Path directory, Random random) {
      this.directory = directory;
      this.random = random;
      this.groups = 1 + random.nextInt(3);
      this.isTimed = random.nextInt(3) == 0;
      this.query =
          """
          define qos::wal operator wal with read_count = %d, max_elements = %d end;
          create operator wal;
          define tumbling window a with %s end;
          define tumbling window b with size = %d end;
          select event from in into wal;
          select aggr::win::collect_flattened(event) from wal[%s] group by event %% %d into out;
          """
              .formatted(
                  1 + random.nextInt(5),
                  isTimed ? 2 + random.nextInt(20) : 10_000,
                  isTimed ? "interval = 1000000000" : "size = " + (1 + random.nextInt(6)),
                  1 + random.nextInt(3),
                  !isTimed && random.nextInt(3) == 0 ? "a, b" : "a",
                  groups);
      this.bench = new QueryBench(directory, false, query);
    }

    void run() throws InterruptedException {
      for (int i = 0; i < STEPS; i++) {
        step();
      }
      if (isTimed) {
        bench.untilWithTime("time closes the windows", this::takeAllAndSeeWhetherNoneIsLeft);
        assertThat(taken).as("acked upstream").containsAll(acked);
      } else {
        finishWithEvents();
      }
      assertThat(bench.warnings()).isEmpty();
      bench.close();
    }

    /** Hands out events that close the windows, until the others were in results. */
    private void finishWithEvents() throws InterruptedException {
      long first = next;
      for (int i = 0; i < 200 && !isTaken(first); i++) {
        deliver(groups);
        bench.until("they are stored", () -> bench.settled() == bench.outcomes.size());
        noteAcked();
        bench.untilWithTime("they are in windows", this::takeAllAndSeeWhetherTheRestWaits);
      }
      for (long number : acked) {
        if (number < first) {
          assertThat(taken).as("acked upstream").contains(number);
        }
      }
    }

    private boolean takeAllAndSeeWhetherNoneIsLeft() {
      takeAllAndSeeWhetherTheRestWaits();
      noteAcked();
      return bench.settled() == bench.outcomes.size() && bench.buffer().kept() == 0;
    }

    private boolean isTaken(long below) {
      noteAcked();
      return acked.stream().allMatch(number -> number >= below || taken.contains(number));
    }

    private boolean takeAllAndSeeWhetherTheRestWaits() {
      bench.out.take().forEach(parcel -> settle(parcel, Outcome.ACKED));
      return bench.pipeline.pending() == 0 && bench.buffer().kept() <= bench.buffer().waiting();
    }

    private void step() throws InterruptedException {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> deliver(1 + random.nextInt(5));
        case 3, 4 -> bench.loop.step();
        case 5 -> bench.loop.run();
        case 6, 7 -> settleSome();
        case 8 -> bench.loop.advance();
        default -> {
          if (random.nextInt(4) == 0) {
            restart();
          } else {
            // Gives the disk a moment.
            Thread.sleep(1);
          }
        }
      }
    }

    private void deliver(int count) {
      String[] json = new String[count];
      for (int i = 0; i < count; i++) {
        numbers.put((long) bench.outcomes.size() + i, next);
        json[i] = Long.toString(next++);
      }
      bench.deliver(json);
    }

    private void settleSome() {
      for (Parcel parcel : bench.out.take()) {
        switch (random.nextInt(6)) {
          case 0 -> settle(parcel, Outcome.failed("by chance"));
          case 1 -> settle(parcel, Outcome.refused("by chance"));
          case 2 -> bench.out.waiting.add(parcel);
          default -> settle(parcel, Outcome.ACKED);
        }
      }
    }

    private void settle(Parcel parcel, Outcome outcome) {
      if (outcome.verdict() != Outcome.Verdict.FAILED
          && parcel.event().value() instanceof ArrayValue array) {
        for (Value each : array) {
          if (each instanceof Value.Int(long number)) {
            taken.add(number);
          }
        }
      }
      parcel.settle(outcome);
    }

    private void noteAcked() {
      List<Long> ids = new ArrayList<>(bench.outcomes.keySet());
      for (long id : ids) {
        if (bench.outcomes(id).contains(Outcome.ACKED)) {
          acked.add(numbers.getOrDefault(id, -1L));
        }
      }
    }

    private void restart() throws InterruptedException {
      bench.close();
      noteAcked();
      numbers.clear();
      bench = new QueryBench(directory, false, query);
    }
  }
}
