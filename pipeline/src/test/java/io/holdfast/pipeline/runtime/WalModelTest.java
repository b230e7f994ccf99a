package io.holdfast.pipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.Parcel;
import io.holdfast.script.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs a {@code qos::wal} between a source and a sink that fail, refuse, close and restart at
 * random, and checks what it promises: every event is settled once upstream; what was acked
 * upstream is delivered at least once or is a dead letter, first deliveries are in order; the
 * limits hold; only what was refused is a dead letter.
 */
class WalModelTest {
  private static final int ROUNDS = 12;
  private static final int STEPS = 250;

  @TempDir private Path directory;

  @Test
  void whatWasAckedIsDeliveredInOrderWhateverHappens() throws Exception {
    long base = Long.getLong("holdfast.seed", 1);
    for (int i = 0; i < ROUNDS; i++) {
      long seed = base + i;
      try {
        new Round(directory.resolve("round-" + i), new Random(seed)).run();
      } catch (Throwable failure) {
        throw new AssertionError(
            "repeat with: mvn -pl pipeline -am test -Dtest=WalModelTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.seed="
                + seed,
            failure);
      }
    }
  }

  private static final class Round {
    private final Random random;
    private final Ledger ledger = new Ledger();
    private final long maxElements;
    private final long maxBytes;
    private final int readCount;
    private final WalBench bench;

    /** What the sink has acked. */
    private final Set<Long> done = new TreeSet<>();

    /** What the sink has refused. */
    private final Set<Long> refused = new TreeSet<>();

    /** The highest that was delivered: nothing newer may come before it was delivered once. */
    private long newest = -1;

    private int seen;

    Round(Path directory, Random random) {
      this.random = random;
      this.readCount = 1 + random.nextInt(12);
      this.maxElements = 5L + random.nextInt(40);
      this.maxBytes = 1500L + random.nextInt(4000);
      this.bench =
          new WalBench(
              directory,
              Map.of(
                  "read_count", Value.of(readCount),
                  "max_elements", Value.of(maxElements),
                  "max_bytes", Value.of(maxBytes)),
              false);
    }

    void run() throws InterruptedException {
      for (int i = 0; i < STEPS; i++) {
        step();
        check();
      }
      bench.out.valve().set(true);
      bench.untilWithTime(
          "everything is delivered",
          () -> {
            check();
            bench.out.take().forEach(this::ack);
            return bench.counters().kept() == 0 && ledger.settled() == ledger.outcomes.size();
          });
      ledger.checkEachOnce();
      bench.close();
      Set<Long> letters = new TreeSet<>();
      bench.deadLetters().forEach(letter -> letters.addAll(letter.events()));
      assertThat(refused).containsAll(letters);
      letters.addAll(done);
      ledger.outcomes.forEach(
          (id, outcomes) -> {
            if (outcomes.getFirst().isAcked()) {
              assertThat(letters).as("acked upstream").contains(id);
            }
          });
    }

    private void step() throws InterruptedException {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> bench.deliver(ledger.handOut(1 + random.nextInt(6)));
        case 3, 4, 5 -> bench.loop.step();
        case 6 -> bench.loop.run();
        case 7, 8 -> settleSome();
        case 9 -> bench.loop.advance();
        case 10 -> bench.out.valve().set(random.nextInt(3) > 0);
        default -> {
          if (random.nextInt(10) == 0) {
            restart();
          } else {
            // Gives the disk a moment.
            Thread.sleep(1);
          }
        }
      }
    }

    private void settleSome() {
      int mood = random.nextInt(3);
      for (Parcel parcel : bench.out.take()) {
        switch (random.nextInt(mood == 0 ? 4 : 12)) {
          case 0 -> parcel.fail("by chance");
          case 1 -> {
            refused.add(parcel.event().id());
            parcel.refuse("by chance");
          }
          case 2 -> bench.out.waiting.add(parcel);
          default -> ack(parcel);
        }
      }
    }

    private void ack(Parcel parcel) {
      parcel.ack();
      done.add(parcel.event().id());
    }

    private void restart() throws InterruptedException {
      check();
      bench.restart();
      seen = 0;
    }

    private void check() {
      ledger.checkNoneTwice();
      for (long id : new ArrayList<>(bench.out.seen.subList(seen, bench.out.seen.size()))) {
        if (id > newest) {
          assertThat(skipped(id)).as("delivered before " + id).isEmpty();
          newest = id;
        }
      }
      seen = bench.out.seen.size();
      assertThat(bench.out.waiting).hasSizeLessThanOrEqualTo(readCount);
      assertThat(bench.counters().kept()).isLessThanOrEqualTo(maxElements);
      assertThat(bench.counters().keptBytes()).isLessThanOrEqualTo(maxBytes);
    }

    /** What was accepted between the newest that was delivered and this one. */
    private Set<Long> skipped(long id) {
      Set<Long> skipped = new TreeSet<>();
      for (long between = newest + 1; between < id; between++) {
        var outcomes = ledger.outcomes.get(between);
        if (outcomes == null || outcomes.isEmpty() || outcomes.getFirst().isAcked()) {
          skipped.add(between);
        }
      }
      return skipped;
    }
  }
}
